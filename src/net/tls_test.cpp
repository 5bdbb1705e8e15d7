#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/testing/certificates.h"

namespace net {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
  protected:
    TlsTest() { certificates_.issue("server"); }

    TlsOptions options() const {
        TlsOptions options;
        options.certificate = certificates_.path("server.pem");
        options.key = certificates_.path("server.key");
        return options;
    }
    std::string refusal(const TlsOptions& options) const {
        const auto made = TlsContext::create(options);
        if (made) return "";
        EXPECT_EQ(made.error().code, base::Code::invalid_argument);
        return made.error().message;
    }

    testing::Certificates certificates_;
};

TEST_F(TlsTest, TakesACertificateWithItsKey) {
    auto with_clients = options();
    with_clients.client_ca = certificates_.path("ca.pem");
    with_clients.client_certificates = ClientCertificates::required;
    EXPECT_EQ(refusal(options()), "");
    EXPECT_EQ(refusal(with_clients), "");
}

TEST_F(TlsTest, NamesTheFileThatCannotBeRead) {
    auto without = options();
    without.certificate = certificates_.path("none.pem");
    EXPECT_THAT(refusal(without), HasSubstr("cannot read the certificate " + without.certificate));
    without = options();
    without.key = certificates_.path("none.key");
    EXPECT_THAT(refusal(without), HasSubstr("cannot read the key " + without.key));
    without = options();
    without.client_ca = certificates_.path("none.pem");
    without.client_certificates = ClientCertificates::optional;
    EXPECT_THAT(refusal(without), HasSubstr("cannot read the client CA " + without.client_ca));
}

TEST_F(TlsTest, NamesTheFileThatIsSomethingElse) {
    certificates_.write("text", "no certificate\n");
    auto wrong = options();
    wrong.certificate = certificates_.path("text");
    EXPECT_THAT(refusal(wrong), HasSubstr(wrong.certificate + " is no certificate"));
    wrong = options();
    wrong.key = certificates_.path("text");
    EXPECT_THAT(refusal(wrong), HasSubstr(wrong.key + " is no key"));
    wrong = options();
    wrong.client_ca = certificates_.path("text");
    wrong.client_certificates = ClientCertificates::required;
    EXPECT_THAT(refusal(wrong), HasSubstr(wrong.client_ca + " holds no certificate"));
}

TEST_F(TlsTest, FindsAKeyOfAnotherCertificate) {
    certificates_.issue("other");
    auto wrong = options();
    wrong.key = certificates_.path("other.key");
    EXPECT_THAT(refusal(wrong), HasSubstr("does not belong to the certificate"));
}

TEST_F(TlsTest, FindsOptionsThatContradictEachOther) {
    auto wrong = options();
    wrong.key.clear();
    EXPECT_THAT(refusal(wrong), HasSubstr("both a certificate and its key"));
    wrong = options();
    wrong.client_certificates = ClientCertificates::required;
    EXPECT_THAT(refusal(wrong), HasSubstr("without a file of the CA"));
}

}  // namespace
}  // namespace net
