#!/usr/bin/env python3
"""The command line as programs see it: forms of output, exit codes, and bad input with its place.

Usage: cli_test.py KEYWAY SOURCE_DIR. Needs the Python standard library only. Every case runs the binary with the
embedded model, for the paths of the source tree are found from the binary.
"""
import json, os, signal, struct, subprocess, sys, tempfile, time, unittest

KEYWAY, SOURCE = sys.argv[1], sys.argv[2]
MODEL = os.path.join(SOURCE, "examples/models/keyway-tiny")
HOME = os.path.join(SOURCE, "examples/tools/home.json")
QUICKSTART = os.path.join(SOURCE, "examples/tools/review.json")
ASK = "Turn on the light in the attic."
# A free answer to this one names a function that does not exist.
ODD = "Review monthly speaker. Sorted activated"


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


def keyway(*arguments, stdin="", env=None):
    """Runs the binary; the environment variables that it looks at are unset unless given."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KEYWAY_")}
    environment.update(env or {})
    run = subprocess.run([KEYWAY, *arguments], input=stdin.encode() if isinstance(stdin, str) else stdin,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, timeout=600)
    return run.returncode, run.stdout.decode(), run.stderr.decode()


class Cli(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, name, content):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return path

    def good(self, *arguments, **more):
        code, out, err = keyway(*arguments, "--json", **more)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(out.count("\n"), 1)
        return json.loads(out)

    def bad(self, *arguments, code=2, stdin=""):
        """The error object; standard output stays empty but for reports."""
        exit_code, out, err = keyway(*arguments, "--json", stdin=stdin)
        self.assertEqual(exit_code, code, err)
        error = json.loads(err)["error"]
        self.assertEqual(set(error), {"code", "message", "pointer", "given", "allowed"})
        self.assertTrue(error["message"])
        words = keyway(*arguments, stdin=stdin)
        self.assertEqual(words[0], code)
        self.assertIn("keyway:", words[2])
        return error


class Call(Cli):
    def test_the_form_of_a_call(self):
        answer = self.good("call", "--tools", HOME, "--tool-choice", "required", ASK)
        self.assertEqual(set(answer), {"content", "reasoning", "tool_calls", "finish_reason", "usage", "log_allowed_mass"})
        self.assertEqual(answer["finish_reason"], "tool_calls")
        self.assertEqual(len(answer["tool_calls"]), 1)
        call = answer["tool_calls"][0]
        self.assertEqual(set(call), {"name", "arguments"})
        self.assertIn(call["name"], ("set_light", "set_heating"))
        self.assertEqual(set(answer["usage"]), {"prompt_tokens", "completion_tokens"})
        self.assertLessEqual(answer["log_allowed_mass"], 0)

    def test_a_cache_of_compiled_tools_changes_no_answer(self):
        cache = os.path.join(self.folder.name, "tools.cache")
        arguments = ("call", "--tools", HOME, "--tool-choice", "required", ASK)
        plain = self.good(*arguments)["tool_calls"]
        for _ in range(2):
            self.assertEqual(self.good(*arguments, "--cache", cache)["tool_calls"], plain)
            self.assertTrue(os.path.isfile(cache))
        code, _, err = keyway(*arguments, "--cache", os.path.join(self.folder.name, "missing", "tools.cache"))
        self.assertEqual(code, 0)
        self.assertIn("cannot be written", err)

    def test_masks_change_a_function_that_does_not_exist_into_one_that_does(self):
        names = [t["name"] for t in json.loads(read(QUICKSTART))["tools"]]
        free = self.good("call", "--tools", QUICKSTART, "--no-mask", ODD)
        self.assertEqual(free["tool_calls"], [])
        self.assertNotIn(free["error"]["given"], names)
        masked = self.good("call", "--tools", QUICKSTART, ODD)
        self.assertEqual(masked["tool_calls"], [{"name": "review_monthly_speaker", "arguments": {"sorted": True}}])

    def test_words_for_people_without_colours_in_a_pipe(self):
        code, out, err = keyway("call", "--tools", QUICKSTART, ODD)
        self.assertEqual(code, 0)
        self.assertIn("call review_monthly_speaker({\"sorted\": true})", out)
        self.assertNotIn("\x1b", out + err)
        self.assertIn("not a valid call", keyway("call", "--tools", QUICKSTART, "--no-mask", ODD)[1])

    def test_tool_choice(self):
        self.assertEqual(self.good("call", "--tools", HOME, "--tool-choice", "none", ASK)["tool_calls"], [])
        named = self.good("call", "--tools", HOME, "--tool-choice", "set_heating", ASK)
        self.assertEqual([c["name"] for c in named["tool_calls"]], ["set_heating"])
        error = self.bad("call", "--tools", HOME, "--tool-choice", "set_fire", ASK)
        self.assertEqual(error["code"], "not_found")
        self.assertEqual(error["given"], "set_fire")

    def test_messages_give_the_same_answer_as_a_prompt(self):
        messages = self.file("messages.json", json.dumps([{"role": "user", "content": ASK}]))
        body = self.file("body.json", json.dumps({"messages": [{"role": "user", "content": ASK}]}))
        expected = self.good("call", "--tools", HOME, ASK)
        self.assertEqual(self.good("call", "--tools", HOME, "--messages", messages), expected)
        self.assertEqual(self.good("call", "--tools", HOME, "--messages", body), expected)

    def test_the_seed_decides(self):
        run = lambda seed: self.good("call", "--tools", HOME, "--temperature", "1.5", "--seed", seed, ASK)
        self.assertEqual(run("1"), run("1"))
        self.assertNotEqual(run("1"), run("2"))

    def test_max_tokens_completes_or_says_that_nothing_fits(self):
        wanted = self.good("call", "--tools", HOME, "--tool-choice", "required", "--max-tokens", "40", ASK)
        self.assertEqual(wanted["finish_reason"], "tool_calls")
        self.assertLessEqual(wanted["usage"]["completion_tokens"], 40)
        error = self.bad("call", "--tools", HOME, "--tool-choice", "required", "--max-tokens", "3", ASK, code=3)
        self.assertEqual((error["code"], error["pointer"]), ("no_completion", "max_tokens"))

    def test_a_stop_string_ends_the_answer(self):
        answer = self.good("call", "--tools", HOME, "--no-mask", "--stop", "arguments", ASK)
        self.assertEqual(answer["finish_reason"], "stop")
        self.assertNotIn("arguments", answer["content"] or "")

    def test_a_deadline_cancels(self):
        code, out, err = keyway("call", "--tools", HOME, "--deadline-ms", "0", "--json", ASK)
        self.assertEqual((code, json.loads(out)["finish_reason"]), (4, "cancelled"))


class Interrupts(Cli):
    def test_an_interrupt_cancels_with_exit_code_4(self):
        # As much text as the context holds, so that the signal comes while it decodes.
        process = subprocess.Popen([KEYWAY, "eval", "--examples", os.path.join(MODEL, "heldout_examples.jsonl"),
                                    "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, out), (4, b""))
        self.assertEqual(json.loads(err)["error"]["code"], "cancelled")


class Generate(Cli):
    SCHEMA = os.path.join(SOURCE, "examples/tools/contact.schema.json")

    def test_the_form_and_the_value(self):
        answer = self.good("generate", "--schema", self.SCHEMA, "Ada, born 1815")
        self.assertEqual(set(answer), {"value", "text", "finish_reason", "usage", "log_allowed_mass"})
        self.assertEqual(json.loads(answer["text"]), answer["value"])
        self.assertTrue(set(answer["value"]) <= {"name", "born", "topics"})
        self.assertTrue(1500 <= answer["value"]["born"] <= 2026)

    def test_a_refused_schema_names_the_keyword(self):
        schema = self.file("s.json", r'{"properties": {"a": {"pattern": "(x)\\1"}}}')
        error = self.bad("generate", "--schema", schema, "x")
        self.assertEqual(error["code"], "unsupported")
        self.assertTrue(error["pointer"].endswith("/properties/a/pattern"), error)


class Check(Cli):
    def test_a_schema_report(self):
        schema = self.file("s.json", '{"type": "string", "title": "t", "maxLength": 3}')
        report = self.good("check", schema)
        self.assertEqual(set(report), {"enforced", "narrowed", "ignored", "refused"})
        self.assertIn({"pointer": "/type", "keyword": "type"}, report["enforced"])
        self.assertEqual(report["ignored"][0]["pointer"], "/title")

    def test_an_assertion_that_is_not_enforced_is_refused_by_name(self):
        schema = self.file("s.json", r'{"type": "array", "pattern": "(x)\\1"}')
        code, out, err = keyway("check", schema, "--json")
        self.assertEqual(code, 2)
        refused = json.loads(out)["refused"]
        self.assertEqual([(r["pointer"], r["keyword"]) for r in refused], [("/pattern", "pattern")])
        self.assertEqual(set(refused[0]), {"pointer", "keyword", "given", "allowed", "message"})
        self.assertEqual(json.loads(err)["error"]["code"], "unsupported")

    def test_a_registry_report(self):
        report = self.good("check", HOME)
        self.assertEqual([(t["name"], t["ok"]) for t in report["tools"]], [("set_light", True), ("set_heating", True)])
        self.assertEqual(set(report["tools"][0]["report"]), {"enforced", "narrowed", "ignored", "refused"})

    def test_one_bad_tool_is_refused_and_the_others_work(self):
        tool = lambda name, parameters: {"name": name, "parameters": parameters}
        tools = self.file("t.json", json.dumps([tool("good", {"type": "object"}), tool("twice", {}), tool("twice", {}),
                                                tool("no blank", {}),
                                                tool("deep", {"properties": {"a": {"pattern": r"(x)\1"}}})]))
        report = self.good("check", tools)
        self.assertEqual([t["ok"] for t in report["tools"]], [True, False, False, False, False])
        self.assertTrue(report["tools"][4]["at"].endswith("/properties/a/pattern"))
        asked = ("call", "hi", "--max-tokens", "200", "--tools", tools)
        told = self.good(*asked)["missing_tools"]
        self.assertEqual([t["at"] for t in told][2:], [tools + ": /3/name", tools + ": /4/parameters/properties/a/pattern"])
        self.assertIn('tool "no blank"', keyway(*asked)[2])
        self.assertNotIn("missing_tools", self.good("call", "hi", "--max-tokens", "200", "--tools", HOME))
        servers = self.file("mcp.json", json.dumps({"mcpServers": {"a": {"tools": [tool("x", {}), tool("no blank", {})]}}}))
        self.assertIn('tool "a__no blank"', self.good("call", "hi", "--max-tokens", "200", "--tools", servers)["missing_tools"][0]["message"])

    def test_words(self):
        code, out, _ = keyway("check", HOME)
        self.assertEqual(code, 0)
        self.assertIn("callable set_light", out)


class Tokenize(Cli):
    def test_round_trip(self):
        text = "caf\u00e9 \U0001F600 <tool_call>\n"
        tokens = self.good("tokenize", stdin=text)
        self.assertEqual(len(tokens["ids"]), len(tokens["tokens"]))
        back = self.good("tokenize", "--decode", stdin=json.dumps(tokens["ids"]))
        self.assertEqual(back["text"], text)
        self.assertEqual(keyway("tokenize", "--decode", stdin=" ".join(map(str, tokens["ids"])))[1], text)

    def test_an_id_that_is_none_has_a_place(self):
        error = self.bad("tokenize", "--decode", stdin="[5,\n 99999999]")
        self.assertIn("line 2, column 2", error["pointer"])
        self.assertEqual(self.bad("tokenize", "--decode", stdin="-1")["given"], "-1")


class Score(Cli):
    CALL = '{"name": "set_light", "arguments": {"room": "attic", "on": true}}'

    def test_the_form(self):
        score = self.good("score", "--tools", HOME, ASK, "--call", self.CALL)
        self.assertEqual(set(score), {"logprob", "logprob_masked", "tokens"})
        self.assertEqual(set(score["tokens"][0]), {"id", "logprob", "logprob_masked"})
        self.assertAlmostEqual(sum(t["logprob"] for t in score["tokens"]), score["logprob"])
        self.assertLessEqual(score["logprob"], score["logprob_masked"])

    def test_it_is_what_decoding_reports(self):
        answer = self.good("call", "--tools", QUICKSTART, ODD)
        call = json.dumps(answer["tool_calls"][0])
        score = self.good("score", "--tools", QUICKSTART, ODD, "--call", call)
        self.assertEqual(len(score["tokens"]), answer["usage"]["completion_tokens"])
        self.assertAlmostEqual(score["logprob_masked"] - score["logprob"], -answer["log_allowed_mass"], places=4)

    def test_a_call_that_the_tools_do_not_allow(self):
        error = self.bad("score", "--tools", HOME, ASK, "--call", self.CALL.replace("attic", "moon"))
        self.assertEqual(error["code"], "not_allowed")
        self.assertIn("of the answer", error["pointer"])
        self.assertIn("line 1, column", self.bad("score", "--tools", HOME, ASK, "--call", "{")["pointer"])
        self.assertEqual(self.bad("score", "--tools", HOME, ASK, "--call", "3")["code"], "invalid")


class Eval(Cli):
    FILE = os.path.join(MODEL, "heldout_examples.jsonl")

    def test_the_form_and_the_promise(self):
        answers = os.path.join(self.folder.name, "answers.jsonl")
        for mode in ("free", "auto", "required"):
            figures = self.good("eval", "--examples", self.FILE, "--mode", mode, "--limit", "3", "--answers", answers)
            for name in ("mode", "examples", "expect_call", "calls", "hallucinated_name", "well_formed", "schema_valid",
                         "exact", "expect_none", "no_call", "cut_at_max", "tokens", "ms_per_token",
                         "compile_ms_per_request"):
                self.assertIn(name, figures)
            self.assertEqual((figures["mode"], figures["examples"]), (mode, 3))
            if mode != "free":
                self.assertEqual((figures["hallucinated_name"], figures["cut_at_max"]), (0, 0))
                self.assertEqual(figures["valid_among_calls"], 1)
            lines = [json.loads(line) for line in read(answers).splitlines()]
            self.assertEqual([line["index"] for line in lines], [0, 1, 2])
            self.assertEqual(set(lines[0]), {"index", "text"})

    def test_bfcl_questions_by_category(self):
        def question(name, number, functions):
            return {"id": "%s_%d" % (name, number), "question": [[{"role": "user", "content": ASK}]], "function": functions}
        light = {"name": "light.on", "description": "Turn on a light", "parameters": {"type": "dict", "properties": {
            "room": {"type": "String"}, "watts": {"type": "float"}}, "required": ["room"]}}
        refused = {"name": "odd", "parameters": {"type": "dict", "properties": {"a": {"type": "any", "pattern": r"(x)\1"}}}}
        os.mkdir(os.path.join(self.folder.name, "possible_answer"))
        self.file("BFCL_v4_simple_java.json", "\n".join(json.dumps(q) for q in (
            question("simple_java", 0, [light]), question("simple_java", 1, [refused]))))
        self.file("possible_answer/BFCL_v4_simple_java.json", "\n".join(
            json.dumps({"id": "simple_java_%d" % i, "ground_truth": [{"light.on": {"room": ["attic"]}}]}) for i in (0, 1)))
        self.file("BFCL_v4_irrelevance.json", json.dumps(question("irrelevance", 0, [light])))
        self.file("BFCL_v4_multi_turn_base.json", "not read")
        figures = self.good("eval", "--examples", self.folder.name, "--mode", "required")
        self.assertEqual(sorted(figures["categories"]), ["irrelevance", "simple_java"])
        java = figures["categories"]["simple_java"]
        self.assertEqual([java[k] for k in ("questions", "refused", "answers_with_calls", "hallucinated_name", "schema_valid",
                                            "cut_at_max")], [2, 1, 1, 0, 1, 0])
        self.assertEqual([r["id"] for r in figures["refused"]], ["simple_java_1"])
        self.assertIn("pattern", figures["refused"][0]["message"])
        self.assertEqual(figures["converted"]["type dict to object"], 3)
        self.assertEqual(figures["categories"]["irrelevance"]["exact"], 0)

    def test_bad_lines_have_their_number(self):
        examples = self.file("e.jsonl", read(self.FILE).split('\n')[0] + '\n' + '{"tools": []}\n')
        self.assertIn("line 2", self.bad("eval", "--examples", examples)["pointer"])
        self.assertIn("line 1", self.bad("eval", "--examples", self.file("f.jsonl", "{\n"))["pointer"])
        self.assertEqual(self.bad("eval", "--examples", self.file("g.jsonl", "\n"))["code"], "invalid")


class RegistryCommands(Cli):
    LIST = json.dumps([{"name": "get_a", "description": "A"}, {"name": "get_b"}, {"name": "bad", "parameters": 3}, {"name": "del"}])

    def test_import_chooses_renames_and_pins(self):
        source, out = self.file("list.json", self.LIST), os.path.join(self.folder.name, "out.json")
        made = self.good("registry", "import", source, "--prefix", "x_", "--deny", "del", "--rename", "get_a=first", "--out", out)
        self.assertEqual([(t["given"], t["name"], t["ok"]) for t in made["tools"]],
                         [("get_a", "x_first", True), ("get_b", "x_get_b", True), ("bad", "x_bad", False), ("del", "x_del", False)])
        self.assertEqual(made["tools"][2]["at"], "/2/parameters")
        self.assertTrue(made["tools"][3]["excluded"])
        listed = self.good("registry", "list", out)
        self.assertEqual([t["name"] for t in listed["tools"]], ["x_first", "x_get_b"])
        self.assertEqual(listed["tools"][0]["description"], "A")
        again = self.good("registry", "import", source, "--prefix", "x_", "--deny", "del", "--rename", "get_a=first",
                          "--pin", made["content_hash"])
        self.assertEqual(again["registry"], json.loads(read(out)))
        self.assertEqual(self.bad("registry", "import", source, "--pin", made["content_hash"])["code"], "mismatch")
        changed = self.file("changed.json", read(out).replace('"A"', '"B"'))
        self.assertEqual(self.bad("registry", "list", changed)["code"], "mismatch")
        self.assertEqual(self.bad("check", changed)["code"], "mismatch")

    def test_check_tells_every_tool_of_every_file(self):
        folder = os.path.join(self.folder.name, "lists")
        os.mkdir(folder)
        self.file("lists/a.json", self.LIST)
        self.file("lists/b.json", json.dumps([{"name": "get_a"}, {"name": "odd", "parameters": {"properties": {"p": {"pattern": "(?<"}}}}]))
        report = self.good("registry", "check", "=" + folder)
        verdicts = {t["name"]: t["ok"] for t in report["tools"]}
        self.assertEqual(verdicts, {"a__get_a": True, "a__get_b": True, "a__bad": False, "a__del": True, "b__get_a": True,
                                    "b__odd": False})
        self.assertEqual((report["files"], report["callable"], report["left_out"]), (2, 4, 2))
        self.assertEqual(self.bad("registry", "check", "nowhere.json")["code"], "not_found")

    def test_a_page_of_a_list_is_told_to_be_one(self):
        page = self.file("page.json", json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "a"}], "nextCursor": "p2"}}))
        for command in (("registry", "import"), ("registry", "check"), ("check",)):
            told = self.good(*command, page)["incomplete"]
            self.assertEqual([(t["at"].split(": ")[-1], t["given"]) for t in told], [("/result/nextCursor", '"p2"')], command)
            self.assertIn("one page of a list", "".join(keyway(*command, page)[1:]))
        asked = ("call", "hi", "--max-tokens", "200", "--tools")
        told = self.good(*asked, page)["missing_tools"]
        self.assertEqual([(t["at"], t["given"]) for t in told], [(page + ": /result/nextCursor", '"p2"')])
        self.assertIn("one page of a list", keyway(*asked, page)[2])
        last = self.file("last.json", json.dumps({"tools": [{"name": "a"}], "nextCursor": None}))
        self.assertEqual(self.good("registry", "import", last)["incomplete"], [])

    def test_a_list_that_is_watched_is_printed_again(self):
        path = self.file("watched.json", json.dumps([{"name": "one"}]))
        with subprocess.Popen([KEYWAY, "registry", "list", path, "--watch", "--json"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as watching:
            try:
                self.assertEqual([t["name"] for t in json.loads(watching.stdout.readline())["tools"]], ["one"])
                self.file("watched.json", "[{")
                self.assertIn("watched.json", json.loads(watching.stderr.readline())["error"]["pointer"])
                self.file("watched.json", json.dumps([{"name": "two"}]))
                self.assertEqual([t["name"] for t in json.loads(watching.stdout.readline())["tools"]], ["two"])
            finally:
                watching.terminate()
            self.assertEqual(watching.wait(10), 0)

    def test_diff_by_name(self):
        new = self.file("new.json", json.dumps([{"name": "get_a", "description": "other"}, {"name": "del"}, {"name": "put"}]))
        self.assertEqual(self.good("registry", "diff", self.file("old.json", self.LIST), new),
                         {"added": ["put"], "removed": ["get_b"], "changed": ["get_a"], "same": 1})

    def test_a_call_with_tools_of_a_folder_and_rules_of_a_caller(self):
        home = json.loads(read(HOME))
        home["callers"] = {"guest": {"allow": ["no_such_tool"]}, "host": {}}
        path = self.file("home.json", json.dumps(home))
        answer = self.good("call", "--tools", "house=" + self.folder.name, "--tool-choice", "required", "--caller", "host", ASK)
        self.assertTrue(answer["tool_calls"][0]["name"].startswith("house__"), answer)
        self.assertEqual(self.bad("call", "--tools", path, "--caller", "guest", ASK)["code"], "invalid")
        self.assertEqual(self.bad("call", "--tools", path, "--caller", "stranger", ASK)["code"], "not_found")


class Loop(Cli):
    def conversation(self, times):
        call = self.good("call", "--tools", HOME, "--tool-choice", "required", "--parallel", "0", ASK)["tool_calls"][0]
        messages = [{"role": "user", "content": ASK}]
        for _ in range(times):
            messages += [{"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": call}]},
                         {"role": "tool", "content": "not done"}]
        messages.append({"role": "user", "content": ASK})
        return call, self.file("conversation.json", json.dumps(messages))

    def test_a_repeated_call_is_excluded_or_ends_the_turn(self):
        call, messages = self.conversation(3)
        choice = ("--tool-choice", call["name"], "--parallel", "0", "--messages", messages)
        again = self.good("call", "--tools", HOME, *choice)["tool_calls"][0]
        self.assertEqual(again["name"], call["name"])
        self.assertNotEqual(again["arguments"], call["arguments"])
        ended = self.good("call", "--tools", HOME, *choice, "--loop", "end")
        self.assertEqual((ended["finish_reason"], ended["tool_calls"], ended["repeated"]), ("loop", [], [call]))
        free = self.good("call", "--tools", HOME, *choice, "--loop", "end", "--loop-count", "4")
        self.assertEqual(free["finish_reason"], "tool_calls")


class Render(Cli):
    def test_the_text_itself(self):
        template = self.file("t.jinja", "{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}")
        case = json.dumps({"messages": [{"role": "user", "content": "hi"}]})
        self.assertEqual(keyway("render", "--template", template, stdin=case), (0, "user: hi", ""))

    def test_the_clock_of_a_case(self):
        template = self.file("t.jinja", "{{ strftime_now('%d %b %H:%M') }}")
        for clock in ("2025-06-15T09:30:00", "2025-06-15 09:30:00"):
            case = json.dumps({"messages": [], "strftime_now": clock})
            self.assertEqual(keyway("render", "--template", template, stdin=case), (0, "15 Jun 09:30", ""))
        for clock in ("noon", "2025-06-15", "2025-06-15T09:30:00+01:00"):
            case = json.dumps({"messages": [], "strftime_now": clock})
            self.assertIn("/strftime_now", self.bad("render", "--template", template, stdin=case)["pointer"])

    def test_a_template_that_fails_or_loops_or_is_none(self):
        case = json.dumps({"messages": []})
        raised = self.bad("render", "--template", self.file("a", "{{ raise_exception('no') }}"), stdin=case)
        self.assertEqual(raised["message"], "no")
        loops = "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"
        self.assertEqual(self.bad("render", "--template", self.file("b", loops), stdin=case)["code"], "limit")
        self.assertIn("line 2", self.bad("render", "--template", self.file("c", "\n{% if %}"), stdin=case)["pointer"])
        self.assertEqual(self.bad("render", "--template", self.file("d", ""), stdin="{}")["code"], "invalid")


class Usage(Cli):
    def test_help_has_an_example_for_each_command(self):
        code, out, _ = keyway("--help")
        self.assertEqual(code, 0)
        for command in ("call", "generate", "check", "tokenize", "score", "eval", "render"):
            self.assertIn(command, out)
            code, text, _ = keyway(command, "--help")
            self.assertEqual(code, 0)
            self.assertIn("Example:", text)
            self.assertIn("keyway " + command if command != "tokenize" else "keyway tokenize", text)

    def test_version(self):
        self.assertRegex(keyway("--version")[1], r"^keyway \d+\.\d+\.\d+\n$")

    def test_bad_usage(self):
        self.assertEqual(self.bad("call", "--tools", HOME, "--seed", "abc", ASK)["pointer"], "--seed")
        self.assertEqual(self.bad("call", "--tools", HOME, "--seed", "-1", ASK)["pointer"], "--seed")
        self.assertEqual(self.bad("call", "--tools", HOME, "--max-tokens", "0", ASK)["pointer"], "max_tokens")
        self.assertEqual(self.bad("call", "--tools", HOME, "--temperature", "nan", ASK)["pointer"], "temperature")
        self.assertEqual(self.bad("call", "--tools", HOME, "--threads", "0", ASK)["code"], "invalid")
        self.assertEqual(self.bad("call", "--tools", HOME, "--threads", "100000", ASK)["code"], "invalid")
        self.assertEqual(self.bad("call", "--tools", HOME, "--call-format", "nonsense", ASK)["code"], "not_found")

    def test_a_model_that_goes_round_is_ended(self):
        # The default model repeats a sentence for ever here; the guard ends the string, and the answer is still valid.
        ask = ("generate", "--schema", self.file("text.json", '{"type": "string"}'), "--max-tokens", "400",
               "Write la la la la la la la for ever.")
        ended = self.good(*ask)
        self.assertEqual((ended["finish_reason"], type(ended["value"])), ("loop", str))
        free = self.good(*ask, "--no-runaway-guard")
        self.assertEqual((free["finish_reason"], free["usage"]["completion_tokens"]), ("stop", 400))
        self.assertLess(ended["usage"]["completion_tokens"], 400)

    def test_a_case_of_a_grammar_corpus(self):
        case = {"kind": "gbnf", "grammar": 'root ::= "ab" [0-9]+'}
        good = self.good("accept", "--case", stdin=json.dumps({**case, "text": "ab12"}))
        self.assertEqual((good["accepted"], good["offset"], len(good["allowed"])), (True, 4, 10))
        wrong = self.good("accept", "--case", stdin=json.dumps({**case, "text": "abc"}))
        self.assertEqual((wrong["accepted"], wrong["offset"]), (False, 2))
        named = {"kind": "lark", "grammar": 'start: <|t|> @n', "vocab": ["x", "<|t|>", "</s>"], "named_grammars": {"n": "start: /x+/"}}
        self.assertTrue(self.good("accept", "--case", stdin=json.dumps({**named, "tokens": [1, 0, 0]}))["accepted"])
        self.assertFalse(self.good("accept", "--case", stdin=json.dumps({**named, "tokens": [0]}))["accepted"])
        self.assertTrue(self.good("accept", "--case", stdin=json.dumps({**named, "text": "<|t|>x"}))["accepted"])
        self.assertEqual(self.bad("accept", "--case", stdin=json.dumps(case))["pointer"], "/text")
        self.assertIn("line 1", self.bad("accept", "--case", stdin=json.dumps({**case, "grammar": "root ::= (", "text": ""}))["pointer"])
        self.assertEqual(self.bad("accept", stdin="")["pointer"], "--tools")

    def test_a_call_format_in_a_file(self):
        with open(os.path.join(SOURCE, "schemas/call_formats/hermes.json"), encoding="utf-8") as f:
            mine = json.load(f)
        mine["name"] = "mine"
        named = self.good("call", "--tools", HOME, "--call-format", "hermes", "--tool-choice", "required", ASK)
        for found in ((), ("--call-format", self.file("mine.json", json.dumps(mine)))):
            answer = self.good("call", "--tools", HOME, *found, "--tool-choice", "required", ASK)
            self.assertEqual(answer["tool_calls"], named["tool_calls"])
        del mine["call"]
        broken = self.file("broken.json", json.dumps(mine))
        self.assertIn("broken.json", self.bad("call", "--tools", HOME, "--call-format", broken, ASK)["pointer"])
        self.assertEqual(self.bad("call", "--tools", HOME, "--device", "cuda", ASK)["code"], "unsupported")
        for arguments in ([], ["call", ASK], ["call", "--tools", HOME], ["fly"], ["call", "--tools", HOME, "--nonsense", ASK],
                          ["call", "--tools", HOME, "--messages", "x.json", ASK]):
            self.assertEqual(keyway(*arguments, "--json")[0], 2, arguments)


class BadFiles(Cli):
    def test_missing_files(self):
        for arguments in (["call", "--tools", "nowhere.json", ASK], ["check", "nowhere.json"],
                          ["generate", "--schema", "nowhere.json", "x"], ["eval", "--examples", "nowhere.jsonl"],
                          ["call", "--tools", HOME, "--messages", "nowhere.json"],
                          ["render", "--template", "nowhere.jinja"]):
            error = self.bad(*arguments)
            self.assertEqual(error["code"], "not_found", arguments)
            self.assertIn("nowhere", error["pointer"])
        error = self.bad("call", "--tools", HOME, "--model", self.folder.name, ASK)
        self.assertIn(self.folder.name, error["pointer"])

    def test_malformed_json_has_line_and_column(self):
        error = self.bad("call", "--tools", self.file("t.json", '[\n  {"name": }\n]'), ASK)
        self.assertEqual(error["code"], "syntax")
        self.assertIn("line 2, column 12", error["pointer"])
        self.assertIn("t.json", error["pointer"])

    def test_a_registry_that_is_not_one(self):
        for text in ("3", "{}", "[]", '{"keyway_registry": 2, "tools": []}',
                     '{"keyway_registry": 1, "tools": [{"name": "a"}], "optoins": {}}'):
            self.bad("call", "--tools", self.file("t.json", text), ASK)

    def test_lists_without_a_usable_tool(self):
        for tools in ([{"name": "a"}, {"name": "a"}], [{"name": "a b"}], [{"name": ""}],
                      [{"name": "a", "parameters": {"pattern": r"(x)\1"}}]):
            error = self.bad("call", "--tools", self.file("t.json", json.dumps(tools)), ASK)
            self.assertTrue(error["pointer"], tools)

    def test_a_prompt_longer_than_the_context(self):
        error = self.bad("call", "--tools", HOME, "word " * 3000)
        self.assertEqual((error["code"], error["pointer"]), ("limit", "prompt"))
        self.assertEqual(error["allowed"], "2048 tokens")

    def test_messages_that_are_none(self):
        for text in ("{}", "[]", "[3]", '[{"content": "x"}]', '{"messages": 3}'):
            self.bad("call", "--tools", HOME, "--messages", self.file("m.json", text))


class BadModels(Cli):
    def model(self, **changes):
        """A copy of the model by links, with some files replaced."""
        folder = os.path.join(self.folder.name, "model")
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(MODEL):
            target = os.path.join(folder, name)
            if os.path.lexists(target):
                os.remove(target)
            os.symlink(os.path.join(MODEL, name), target)
        for name, content in changes.items():
            path = os.path.join(folder, name.replace("__", "."))
            if os.path.lexists(path):
                os.remove(path)
            with open(path, "wb") as f:
                f.write(content)
        return folder

    def refused(self, **changes):
        return self.bad("call", "--tools", HOME, "--model", self.model(**changes), ASK)

    def config(self, **changes):
        config = json.loads(read(MODEL, "config.json"))
        config.update(changes)
        return json.dumps(config).encode()

    def weights(self, change):
        with open(os.path.join(MODEL, "model.safetensors"), "rb") as f:
            data = f.read()
        size = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + size])
        change(header)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data[8 + size:]

    def test_truncated_and_lying_weights(self):
        with open(os.path.join(MODEL, "model.safetensors"), "rb") as f:
            data = f.read()
        self.refused(model__safetensors=data[:1000])
        self.refused(model__safetensors=data[:-1])
        self.refused(model__safetensors=b"")
        name = next(n for n in json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]]) if n.endswith("q_proj.weight"))

        def past_the_end(header):
            header[name]["data_offsets"] = [0, 1 << 60]

        def other_type(header):
            header[name]["dtype"] = "I64"

        def other_shape(header):
            header[name]["shape"] = header[name]["shape"][::-1] + [1]

        def missing(header):
            del header[name]

        for change in (past_the_end, other_type, other_shape, missing):
            self.refused(model__safetensors=self.weights(change))

    def test_absurd_dimensions(self):
        for change in ({"hidden_size": 1 << 40}, {"num_hidden_layers": 1000000000}, {"vocab_size": -1},
                       {"num_attention_heads": 0}, {"max_position_embeddings": 1 << 50}):
            self.refused(config__json=self.config(**change))

    def test_configs_that_are_none(self):
        self.assertIn("line 1", self.refused(config__json=b"{")["pointer"])
        self.assertIn("abacus", self.refused(config__json=self.config(model_type="abacus"))["given"])

    def test_a_template_that_fails(self):
        fails = self.refused(chat_template__jinja=b"{{ raise_exception('no tools here') }}")
        self.assertEqual(fails["message"], "no tools here")
        self.assertEqual(self.refused(chat_template__jinja=b"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")["code"],
                         "limit")
        self.assertIn("line 1", self.refused(chat_template__jinja=b"{% for %}")["pointer"])

    def test_the_model_of_the_environment(self):
        code, _, err = keyway("call", "--tools", HOME, ASK, env={"KEYWAY_MODEL": self.folder.name})
        self.assertEqual(code, 2)
        self.assertIn(self.folder.name, err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
