#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace net {

// Whether a server wants to see its clients' certificates.
enum class ClientCertificates { none, optional, required };

// Whether a client begins a TLS handshake, where text or frames of a protocol are expected.
inline bool begins_tls(std::string_view bytes) { return bytes.starts_with("\x16\x03"); }

// Files in PEM form.
struct TlsOptions {
    std::string certificate;  // the server's, its chain behind it
    std::string key;          // without a passphrase
    // The authorities that clients' certificates come from; empty where none are wanted.
    std::string client_ca;
    ClientCertificates client_certificates = ClientCertificates::none;
};

// What a server needs to speak TLS 1.2 and 1.3, read once. Shared by its connections. Immutable,
// thread-safe.
class TlsContext {
  public:
    // InvalidArgument, with the file's name, for a file that cannot be read or is not what it
    // should be, a key of another certificate, and options that contradict each other.
    static base::Result<std::shared_ptr<TlsContext>> create(const TlsOptions& options);
    ~TlsContext();

    // For net's own connections.
    boost::asio::ssl::context& context() { return *context_; }

  private:
    explicit TlsContext(std::unique_ptr<boost::asio::ssl::context> context);

    std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace net
