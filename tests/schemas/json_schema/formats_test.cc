// Formats: strings that each takes and strings that it refuses, as whole JSON texts.
#include "tests/schemas/json_schema/stepping.h"

namespace keyway {
namespace {

struct Case {
  const char* format;
  std::vector<const char*> valid;
  std::vector<const char*> invalid;
};

const Case kCases[] = {
    {"date",
     {"1963-06-19", "2020-02-29", "0400-02-29", "9999-12-31"},
     {"2021-02-29", "2100-02-29", "2020-04-31", "1998-1-20", "2013-350", "12020-01-01", "2020-01-01Z", ""}},
    {"time",
     {"08:30:06Z", "23:20:50.52Z", "08:30:06+00:20", "23:59:60Z", "01:29:60+01:30", "15:59:60.5-08:00"},
     {"24:00:00Z", "08:30:06", "22:59:60Z", "23:59:60+01:00", "01:02:03+24:00", "08:30:06 PST"}},
    {"date-time",
     {"1963-06-19T08:30:06.283185Z", "1998-12-31t15:59:60.123-08:00", "1937-01-01T12:00:27.87+00:20"},
     {"1990-02-31T15:59:59-08:00", "1963-06-19 08:30:06Z", "1985-04-12T23:20:50+01", "1998-12-31T23:58:60Z"}},
    {"duration", {"P4DT12H30M5S", "P2W", "PT36H", "P1Y2M"}, {"P", "PT", "P2D1Y", "P1Y2D", "PT1H2S", "P1Y2W", "PT0.5S"}},
    {"email",
     {"joe.bloggs@example.com", "\\\"joe bloggs\\\"@example.com", "a@[127.0.0.1]", "a@[IPv6:::1]", "te~st@e.c"},
     {"2962", ".test@example.com", "te..st@example.com", "a@b@c", "joe bloggs@example.com", "a@[127.0.0.300]"}},
    {"idn-email", {"\xEC\x8B\xA4@\xEC\x8B\xA4.kr", "a@b"}, {"2962", "a b@c"}},
    {"hostname",
     {"www.example.com", "hostname", "1host", "a--b.com"},
     {"", ".", "-host", "host-", "a_b", "example.", "xn--X",
      "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl.com"}},
    {"ipv4", {"192.168.0.1", "0.0.0.0", "255.255.255.255"}, {"256.1.1.1", "1.2.3", "01.2.3.4", "1.2.3.4/24"}},
    {"ipv6",
     {"::1", "::", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1", "1::d6:192.168.0.1", "d6::", "1:d6::42", "1:2:3:4:5:6:7::"},
     {"12345::", "1::2::3", "1:2:3:4:5:6:7", ":2:3:4::8", "::1%eth1", "127.0.0.1", "1:2:3:4:5:6:7:8::"}},
    {"uri",
     {"http://foo.bar/?baz=qux#quux", "urn:oasis:names", "ldap://[2001:db8::7]/c=GB?objectClass?one", "tel:+1-816",
      "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com"},
     {"//foo.bar", "/abc", "abc", "http:// x", "bar,baz:foo", "http://a/%6G", "http://a:b/p", "http:/[::1]"}},
    {"uri-reference", {"", "//foo.bar/?b", "/abc", "#f", "./this:that", "?q=1"}, {"1:b", "/a b", "/%zz", "#a#b", "/[::1]"}},
    {"iri", {"http://\xC6\x92.com/?\xE2\x88\x82#\xCF\x80", "urn:x"}, {"/abc", "\xE2\xCF\x80" "a b"}},
    {"uri-template", {"", "http://e.com/{term:1}/{+x,y*}", "a%41b"}, {"{}", "{a,,b}", "{v:0}", "a b", "{a", "x}"}},
    {"uuid",
     {"2eb8aa08-AA98-11ea-B4Aa-73B441D16380"},
     {"2eb8aa08aa9811eab4aa73b441d16380", "2eb8aa08-aa98-11ea-b4ga-73b441d16380"}},
    {"json-pointer", {"", "/foo/bar~0/baz~1/%a", "//"}, {"a", "#/", "/~2", "/~"}},
    {"relative-json-pointer", {"1", "0/foo", "120#"}, {"", "-1/a", "01", "0##", "/a"}},
};

TEST(SchemaFormats, TakeWhatTheirSpecificationsTake) {
  for (const Case& test : kCases) {
    test::Grammar grammar(R"({"type": "string", "format": ")" + std::string(test.format) + "\"}");
    ASSERT_TRUE(grammar.ok()) << test.format << ": " << grammar.error().to_string();
    for (const char* text : test.valid) {
      EXPECT_TRUE(grammar.accepts("\"" + std::string(text) + "\"")) << test.format << " " << text;
    }
    for (const char* text : test.invalid) {
      EXPECT_FALSE(grammar.accepts("\"" + std::string(text) + "\"")) << test.format << " " << text;
    }
  }
}

TEST(SchemaFormats, AnnotateWhereAskedOrUnknown) {
  SchemaOptions options;
  options.formats = FormatPolicy::kAnnotate;
  test::Grammar annotated(R"({"format": "date"})", options);
  EXPECT_TRUE(annotated.accepts("\"x\""));
  ASSERT_EQ(annotated.report().ignored.size(), 1u);
  test::Grammar unknown(R"({"format": "int32"})");
  EXPECT_TRUE(unknown.accepts("1"));
  EXPECT_EQ(unknown.report().ignored.size(), 1u);
  test::Grammar refused(R"({"format": "idn-hostname"})");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace keyway
