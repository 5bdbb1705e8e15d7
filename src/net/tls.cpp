#include "net/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>

#include "base/file.h"
#include "base/log.h"
#include "net/task.h"

namespace net {

namespace ssl = asio::ssl;
using boost::system::error_code;

namespace {

constexpr std::uint64_t file_limit = 1 << 20;

// A session that is resumed must be one of this program's.
constexpr unsigned char session_name[] = "ordertrail";

base::Result<std::string> read(const std::string& path, const char* what) {
    auto text = base::system_files().read_file(path, file_limit);
    if (text) return text;
    return base::invalid(
        fmt::format("cannot read the {} {}: {}", what, path, text.error().message));
}

std::string last_reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == nullptr ? "unknown reason" : reason;
}

struct FreeX509 {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, FreeX509>;

// The next certificate of a PEM text; none at its end.
Certificate next_certificate(BIO* from) {
    return Certificate(PEM_read_bio_X509(from, nullptr, nullptr, nullptr));
}

std::unique_ptr<BIO, FreeBio> bio_of(const std::string& text) {
    return std::unique_ptr<BIO, FreeBio>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

void warn_when_over(const std::string& text, const std::string& path) {
    const auto bio = bio_of(text);
    const auto certificate = next_certificate(bio.get());
    if (certificate && X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0) {
        base::log().warn("the certificate {} is no longer valid: clients will refuse it", path);
    }
}

base::Status use_own(ssl::context& context, const TlsOptions& options) {
    TRY(const auto chain, read(options.certificate, "certificate"));
    TRY(const auto key, read(options.key, "key"));
    error_code error;
    context.use_certificate_chain(asio::buffer(chain), error);
    if (error) {
        return base::invalid(fmt::format(
            "{} is no certificate: expected a PEM file with the server's certificate first ({})",
            options.certificate, error.message()));
    }
    warn_when_over(chain, options.certificate);
    // Without this, OpenSSL would ask for a passphrase at the terminal.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                  error);
    ERR_clear_error();
    context.use_private_key(asio::buffer(key), ssl::context::pem, error);
    if (!error) return base::ok();
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH ||
        ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_TYPE_MISMATCH) {
        return base::invalid(fmt::format("the key {} does not belong to the certificate {}",
                                         options.key, options.certificate));
    }
    return base::invalid(
        fmt::format("{} is no key that can be used: expected a PEM file with a private key "
                    "without passphrase ({})",
                    options.key, error.message()));
}

base::Status use_client_ca(ssl::context& context, const TlsOptions& options) {
    TRY(const auto text, read(options.client_ca, "client CA"));
    const auto bio = bio_of(text);
    SSL_CTX* native = context.native_handle();
    std::size_t found = 0;
    while (const auto certificate = next_certificate(bio.get())) {
        if (X509_STORE_add_cert(SSL_CTX_get_cert_store(native), certificate.get()) != 1 ||
            SSL_CTX_add_client_CA(native, certificate.get()) != 1) {
            return base::invalid(
                fmt::format("cannot use the client CA {}: {}", options.client_ca, last_reason()));
        }
        ++found;
    }
    ERR_clear_error();  // of the end of the text
    if (found == 0) {
        return base::invalid(fmt::format(
            "{} holds no certificate: expected a PEM file with those that clients' certificates "
            "come from",
            options.client_ca));
    }
    error_code error;
    auto mode = ssl::verify_peer;
    if (options.client_certificates == ClientCertificates::required) {
        mode |= ssl::verify_fail_if_no_peer_cert;
    }
    context.set_verify_mode(mode, error);
    if (error) return base::Error{base::Code::internal, error.message()};
    return base::ok();
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<ssl::context> context) : context_(std::move(context)) {}
TlsContext::~TlsContext() = default;

base::Result<std::shared_ptr<TlsContext>> TlsContext::create(const TlsOptions& options) {
    if (options.certificate.empty() || options.key.empty()) {
        return base::invalid("TLS needs both a certificate and its key");
    }
    if (options.client_ca.empty() && options.client_certificates != ClientCertificates::none) {
        return base::invalid(
            "clients' certificates cannot be checked without a file of the CA they come from");
    }
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(
        native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // An idle connection holds no buffers of 16 KiB.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_id_context(native, session_name, sizeof(session_name) - 1);
    TRY(use_own(*context, options));
    if (options.client_certificates != ClientCertificates::none) {
        TRY(use_client_ca(*context, options));
    }
    return std::shared_ptr<TlsContext>(new TlsContext(std::move(context)));
}

}  // namespace net
