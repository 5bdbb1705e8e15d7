#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace net::testing {

// Makes keys and certificates for tests, in a folder of its own that goes with it.
class Certificates {
  public:
    Certificates() {
        std::string name = (std::filesystem::temp_directory_path() / "ordertrail-tls-XXXXXX");
        folder_ = ::mkdtemp(name.data());
        make("ca", nullptr);
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string path(const std::string& file) const { return folder_ + "/" + file; }
    // NAME.pem and NAME.key, signed by the CA, which is ca.pem.
    void issue(const std::string& name) { make(name, ca_.get()); }
    // A certificate of nobody that is trusted.
    void issue_foreign(const std::string& name) { make(name, nullptr); }
    void write(const std::string& file, const std::string& text) const {
        std::ofstream(path(file)) << text;
    }

  private:
    struct Authority {
        X509* certificate;
        EVP_PKEY* key;
        Authority(X509* made, EVP_PKEY* with) : certificate(made), key(with) {}
        Authority(const Authority&) = delete;
        Authority& operator=(const Authority&) = delete;
        ~Authority() {
            X509_free(certificate);
            EVP_PKEY_free(key);
        }
    };

    void make(const std::string& name, const Authority* by) {
        std::unique_ptr<Authority> made(new Authority{X509_new(), EVP_EC_gen("P-256")});
        X509* certificate = made->certificate;
        X509_set_version(certificate, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
        X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
        X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
        X509_set_pubkey(certificate, made->key);
        X509_NAME* subject = X509_get_subject_name(certificate);
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
        X509_set_issuer_name(certificate,
                             by == nullptr ? subject : X509_get_subject_name(by->certificate));
        if (by == nullptr) extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
        X509_sign(certificate, by == nullptr ? made->key : by->key, EVP_sha256());
        save(name, *made);
        if (name == "ca") ca_ = std::move(made);
    }

    static void extend(X509* certificate, int what, const char* value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    void save(const std::string& name, const Authority& made) const {
        FILE* file = std::fopen(path(name + ".pem").c_str(), "w");
        PEM_write_X509(file, made.certificate);
        std::fclose(file);
        file = std::fopen(path(name + ".key").c_str(), "w");
        PEM_write_PrivateKey(file, made.key, nullptr, nullptr, 0, nullptr, nullptr);
        std::fclose(file);
    }

    std::string folder_;
    std::unique_ptr<Authority> ca_;
    long serial_ = 0;
};

}  // namespace net::testing
