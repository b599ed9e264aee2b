// Formats: strings that each takes and strings that it refuses, as whole JSON texts.
#include "schemas/json_schema/formats.h"
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
    {"regex",
     {"", "a|", "([abc])+\\\\s+$", "(?<=a+)b", "[]", "[^]", "\\\\cA", "[a-zA-Z0-9-_]", "[\\\\w-]", "[ -~]", "a{2,10}?", "x{12,19}",
      "\\\\u0041", "[\\\\x00-\\\\x1f]", "[\\\\u4e00-\\\\u9fa5]", "(?:a(?!b)|\\\\.)*", "\\\\u{1f600}", "\\\\p{Lu}", "[\xC3\xA0-\xE4\xB8\x80]"},
     {"^(abc]", "(", "a**", "\\\\a", "(?i)a", "(?P<n>a)", "[b-a]", "a{3,2}", "a{20,19}", "]", "{", "[\\\\w-a]", "(?=a)*", "\\\\-",
      "[\\\\x1f-\\\\x00]", "\\\\u{110000}", "\\\\8", "(?<n>a)(?<n>b)", "*", "^*"}},
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

TEST(SchemaFormats, AreWhatTheirFactsSay) {
  RegexArena regexes;
  json_schema::FormatExpressions expressions(regexes);
  for (const json_schema::FormatRow& row : json_schema::format_rows()) {
    if (row.make == nullptr) continue;
    const RegexId made = expressions.made(row);
    EXPECT_EQ(regexes.nullable(made), row.facts.nullable) << row.name;
    EXPECT_EQ(regexes.positive(made), row.facts.positive) << row.name;
    EXPECT_EQ(regexes.shortest(made)->size(), row.facts.shortest) << row.name;
  }
}

std::string two_digits(int n) { return {static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)}; }

TEST(SchemaFormats, KnowTheLeapSecondUnderOffsetsOfHalfHours) {
  test::Grammar time(R"({"format": "time"})");
  constexpr int kDay = 24 * 60;
  for (int offset = 1 - kDay; offset < kDay; ++offset) {
    const int local = (kDay - 1 + offset + kDay) % kDay;
    const auto text = [&](int minute) {
      const int size = offset < 0 ? -offset : offset;
      return "\"" + two_digits(minute / 60) + ":" + two_digits(minute % 60) + ":60" + (offset < 0 ? "-" : "+") +
             two_digits(size / 60) + ":" + two_digits(size % 60) + "\"";
    };
    EXPECT_EQ(time.accepts(text(local)), offset % 30 == 0) << text(local);
    EXPECT_FALSE(time.accepts(text((local + 1) % kDay)));
    EXPECT_FALSE(time.accepts(text((local + kDay - 60) % kDay)));
  }
}

TEST(SchemaFormats, SettledOnesCanBeNegated) {
  test::Grammar one(R"({"oneOf": [{"format": "date-time"}, {"type": "string", "maxLength": 20}]})");
  ASSERT_TRUE(one.ok()) << one.error().to_string();
  EXPECT_FALSE(one.accepts("\"2020-01-01T00:00:00Z\""));
  EXPECT_TRUE(one.accepts("\"2020-01-01T00:00:00.5Z\""));
  EXPECT_TRUE(one.accepts("\"2020-01-01T00:00:60Z\""));
  EXPECT_FALSE(one.accepts("\"2020-01-01T23:59:60Z\""));
}

TEST(SchemaFormats, NoneIsNegatedWhereTypesTellAlternativesApart) {
  test::Grammar told(R"({"oneOf": [{"type": "string", "format": "regex"}, {"type": ["array", "null"]}]})");
  ASSERT_TRUE(told.ok()) << told.error().to_string();
  EXPECT_TRUE(told.accepts("\"a\""));
  EXPECT_TRUE(told.accepts("[]"));
  EXPECT_FALSE(told.accepts("\"(\""));
  EXPECT_EQ(told.report().narrowed.size(), 1u);
  // What may be a pattern, and may be none, is in neither: "(?<n>a)" is one, "(?<n>a" is not.
  test::Grammar mixed(R"({"oneOf": [{"type": "string", "format": "regex"}, {"type": ["string", "null"], "maxLength": 9}]})");
  ASSERT_TRUE(mixed.ok()) << mixed.error().to_string();
  for (const char* text : {"null", "\"*\"", "\"+a\"", "\"aaaaaaaaaa\""}) EXPECT_TRUE(mixed.accepts(text)) << text;
  for (const char* text : {"\"a\"", "\"(?<n>a)\"", "\"(?<n>a\"", "\"aaaaaaaaa(\"", "1"}) EXPECT_FALSE(mixed.accepts(text)) << text;
  ASSERT_EQ(mixed.report().narrowed.size(), 2u);
  EXPECT_EQ(mixed.report().narrowed[1].pointer, "/oneOf/0/format");
  EXPECT_NE(mixed.report().narrowed[1].excludes.find("negated"), std::string::npos);
}

// {"not": ...} of a format that is not exact takes what is certainly not of it, wherever the format stands below.
TEST(SchemaFormats, NegatedOnesTakeNothingThatMayBeOfTheFormat) {
  struct Negated {
    const char* schema;
    std::vector<const char*> accepted, refused;
  };
  const char* kNames = "\"xn--a\"";  // an A-label, of which it is not known whether it is one
  const Negated cases[] = {
      {R"({"not": {"format": "hostname"}})", {"\"a b\""}, {"\"a\"", kNames, "1"}},
      {R"({"not": {"not": {"format": "hostname"}}})", {"\"a\"", "1"}, {"\"a b\"", kNames}},
      {R"({"oneOf": [{"format": "ipv4"}, {"format": "hostname"}, {"format": "ipv6"}], "type": "string"})",
       {"\"a.b\"", "\"::1\""}, {"\"1.2.3.4\"", kNames, "\"a b\""}},
      {R"({"oneOf": [{"format": "hostname"}, {"const": "xn--a"}, {"const": "b c"}], "type": "string"})",
       {"\"a\"", "\"b c\""}, {kNames, "\"d e\""}},
      {R"({"if": {"format": "hostname"}, "then": {"maxLength": 3}, "else": {"minLength": 2}, "type": "string"})",
       {"\"a\"", "\"a b\"", "\"a b c d\""}, {"\"abcd\"", "\" \"", kNames}},
      {R"({"not": {"oneOf": [{"format": "hostname"}, {"format": "regex"}]}, "type": "string"})",
       {"\"a\"", "\"*\""}, {kNames, "\"(\"", "\"a b\""}},
      {R"({"not": {"anyOf": [{"format": "hostname"}, {"const": "*"}]}, "type": "string"})", {"\"+\""}, {"\"a\"", kNames, "\"*\""}},
      {R"({"not": {"allOf": [{"format": "hostname"}, {"minLength": 7}]}, "type": "string"})",
       {"\"a\"", "\"xn--a\"", "\"a b c d e\""}, {"\"xn--abc\"", "\"abcdefg\""}},
      {R"({"propertyNames": {"format": "hostname"}})", {R"({"a": 1})", "{}"}, {R"({"a b": 1})", R"({"xn--a": 1})"}},
      {R"({"not": {"propertyNames": {"format": "hostname"}}})", {R"({"a b": 1})"}, {R"({"a": 1})", R"({"xn--a": 1})", "{}"}},
      {R"({"not": {"properties": {"xn--a": {}, "a b": true}, "propertyNames": {"format": "hostname"}}})",
       {R"({"a b": 1})"}, {R"({"xn--a": 1})", "{}"}},
      {R"({"contains": {"format": "hostname"}, "maxContains": 1, "items": {"type": "string"}})",
       {R"(["a", "b c"])"}, {R"(["a", "b"])", R"(["a", "xn--a"])", R"(["b c"])"}},
  };
  for (const Negated& c : cases) {
    test::Grammar grammar(c.schema);
    ASSERT_TRUE(grammar.ok()) << c.schema << ' ' << grammar.error().to_string();
    for (const char* text : c.accepted) EXPECT_TRUE(grammar.accepts(text)) << c.schema << ' ' << text;
    for (const char* text : c.refused) EXPECT_FALSE(grammar.accepts(text)) << c.schema << ' ' << text;
  }
}

TEST(SchemaFormats, ContentOfDraftSevenAsserts) {
  SchemaOptions options;
  options.draft = Draft::k7;
  options.formats = FormatPolicy::kAnnotate;  // says nothing of content
  test::Grammar json(R"({"contentMediaType": "application/json"})", options);
  ASSERT_TRUE(json.ok()) << json.error().to_string();
  const std::string deep = std::string(16, '[') + std::string(16, ']');
  for (const std::string text : {R"(1)", R"("1")", R"("{}")", R"("{\"a\": [true, null, -1.5e3, \"\\\"\\u0041\\n\"]}")", R"(" [ ] ")", R"("[1,2]")",
                                 R"("\"\u00e9\"")", R"("{\"a\":{\"b\":[]},\n\"c\":0}")"}) {
    EXPECT_TRUE(json.accepts(text)) << text;
  }
  EXPECT_TRUE(json.accepts("\"" + deep + "\""));
  EXPECT_FALSE(json.accepts("\"[" + deep + "]\""));
  for (const std::string text : {R"("")", R"("{:}")", R"("[1,]")", R"("01")", R"("tru")", R"("{\"a\"}")", R"("\"\n\"")", R"("\"\\x\"")", R"("[1")", R"("1 2")"}) {
    EXPECT_FALSE(json.accepts(text)) << text;
  }
  ASSERT_EQ(json.report().narrowed.size(), 1u);
  EXPECT_EQ(json.report().narrowed[0].pointer, "/contentMediaType");
  test::Grammar negated(R"({"not": {"contentMediaType": "application/json"}})", options);
  EXPECT_TRUE(negated.accepts(R"("a")"));
  for (const char* text : {R"("1")", R"("{:}")", "1"}) EXPECT_FALSE(negated.accepts(text)) << text;

  test::Grammar base64(R"({"contentEncoding": "base64"})", options);
  ASSERT_TRUE(base64.ok()) << base64.error().to_string();
  for (const char* text : {"1", R"("")", R"("eyJmb28iOiAiYmFyIn0K")", R"("ezp9Cg==")", R"("a+\/=")"}) EXPECT_TRUE(base64.accepts(text)) << text;
  for (const char* text : {R"("eyJmb28iOi%iYmFyIn0K")", R"("a")", R"("ab=")", R"("ab==ab==")"}) EXPECT_FALSE(base64.accepts(text)) << text;
  EXPECT_TRUE(base64.report().narrowed.empty());

  test::Grammar both(R"({"contentEncoding": "base64", "contentMediaType": "application/json"})", options);
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().pointer, "/contentMediaType");
  test::Grammar other(R"({"contentMediaType": "text/html", "contentEncoding": "7bit"})", options);
  EXPECT_TRUE(other.accepts(R"("<")"));
  EXPECT_EQ(other.report().ignored.size(), 2u);
  options.draft = Draft::k2020;
  test::Grammar recent(R"({"contentMediaType": "application/json"})", options);
  EXPECT_TRUE(recent.accepts(R"("{:}")"));
}

TEST(SchemaFormats, HostNamesOfOldDraftsKnowNoALabels) {
  SchemaOptions options;
  options.draft = Draft::k4;
  test::Grammar old(R"({"format": "hostname"})", options), recent(R"({"format": "hostname"})");
  for (const char* text : {"\"xn--4gbwdl.xn--wgbh1c\"", "\"ab--cd.example\"", "\"ab--c\""}) {
    EXPECT_TRUE(old.accepts(text)) << text;
    EXPECT_FALSE(recent.accepts(text)) << text;
  }
  const std::string most = "\"a-" + std::string(60, '-') + "b";
  EXPECT_TRUE(old.accepts(most + "\""));
  EXPECT_FALSE(old.accepts(most + "c\""));
  EXPECT_TRUE(recent.accepts("\"a-b" + std::string(59, '-') + "b.a-\u0062\""));
  EXPECT_FALSE(recent.accepts("\"a-b" + std::string(60, '-') + "b\""));
  EXPECT_TRUE(recent.accepts("\"ab-c" + std::string(58, '-') + "b\""));
  EXPECT_FALSE(recent.accepts("\"ab-c" + std::string(59, '-') + "b\""));
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
