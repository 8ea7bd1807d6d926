import { describe, expect, it } from "vitest";
import { Templates } from "../../../../src/dialects/bolt/template/templates.ts";

const files: Record<string, string> = {
  "layout.html":
    "<h1>{% block title %}Home{% endblock %}</h1>{% block body %}{% endblock %}<i>{{ year }}</i>",
  "page.html":
    '{% extends "layout.html" %}\n{% set year = 2026 %}ignored{% block title %}{{ super() }}: {{ name }}{% endblock %}{% block body %}{% include "item.html" %}{% endblock title %}',
  "deep.html": '{% extends "page.html" %}{% block title %}[{{ super() }}]{% endblock %}',
  "item.html": "({{ name }})",
  "macros.html":
    '{% macro input(name, type="text") %}<input name="{{ name }}" type="{{ type }}">{% endmacro %}{% set size = 5 %}',
  "inner.html":
    '{% extends "layout.html" %}{% block body %}<p>{% block inner %}{{ name }}!{% endblock %}</p>{% endblock %}',
  "innermost.html": '{% extends "inner.html" %}{% block inner %}{{ super() }}?{% endblock %}',
  "nested.html": "{% block a %}{% block b %}{% endblock %}{% endblock %}",
  "loop.html": '{% include "loop.html" %}',
};
files["page.html"] = files["page.html"]!.replace("endblock title %}", "endblock body %}");

function rendered(source: string, data: object = {}): string {
  const templates = new Templates((name) => files[name] ?? null);
  return templates.render({ name: "test", source, base: "" }, data);
}

describe("the values that a template prints", () => {
  it.each<[string, string, object?]>([
    ["{{ name }}", "&lt;b&gt; &amp; &quot;&#x27;&#x2f;", { name: "<b> & \"'/" }],
    ["{{ name | safe }} {{ name | e | safe }}", "<b> &lt;b&gt;", { name: "<b>" }],
    ["[{{ nothing }}]", "[]"],
    [
      "{{ user.name }} {{ user['name'] }} {{ list[0] }} {{ list[-1] }} {{ list.1 }}",
      "Al Al 1 3 2",
      { user: { name: "Al" }, list: [1, 2, 3] },
    ],
    ["{{ text[1:3] }}{{ list[1:] }}{{ list[:-1] }}", "el[2, 3][1, 2]", { text: "hello", list: [1, 2, 3] }],
    [
      "{{ true }} {{ none }} {{ 1.5 }} {{ [1, 'a', none] | safe }} {{ {'a': 1} | safe }}",
      'true none 1.5 [1, "a", none] {"a": 1}',
    ],
    [
      "{{ 1 + 2 * 3 - 4 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ -7 % 3 }} {{ 2 ** 3 ** 2 }} {{ (1 + 2) * 3 }}",
      "3 3.5 3 2 64 9",
    ],
    ["{{ 'a' ~ 1 ~ 'b' }} {{ 'a' + 'b' }} {{ [1] + [2] }}", "a1b ab [1, 2]"],
    ["{{ nothing > 1 }} {{ 'a' > 5 }}", "false true"],
    [
      "{{ 1 < 2 and not 2 < 1 }} {{ 1 == 1.0 }} {{ 'a' in 'cat' }} {{ 4 not in [1, 2] }} {{ '' or 'x' }}",
      "true true true true x",
    ],
    ["{{ 'yes' if a else 'no' }}{{ 'x' if b }}", "yes", { a: [1], b: {} }],
    ["{{ -5 | abs }} {{ 'a\\n\\'b\\'' | safe }}", "5 a\n'b'"],
    ["{{ user.constructor }}{{ user.toString }}{{ user.__proto__ }}", "", { user: {} }],
  ])("%s", (source, text, data) => {
    expect(rendered(source, data)).toBe(text);
  });
});

describe("white space and text", () => {
  it.each([
    ["a\n{# comment\n {{ #}b\n", "a\nb"],
    ["a \n {%- if true -%} \n b \n {%- endif %} c", "ab c"],
    ["a {{- ' b ' -}} c", "a b c"],
    ["{% raw %}{{ no }} {% tag %}{% endraw %}!", "{{ no }} {% tag %}!"],
    ["a {%- raw -%} {{ x }} {%- endraw -%} b", "a{{ x }}b"],
    ['{{ {"a": {"b": "}}"}}.a.b }}', "}}"],
  ])("%j is %j", (source, text) => {
    expect(rendered(source)).toBe(text);
  });
});

describe("tags", () => {
  it.each<[string, string, object?]>([
    ["{% if a %}A{% elif b %}B{% else %}C{% endif %}", "B", { b: 1 }],
    [
      "{% for x in list %}{{ loop.index }}{{ x }}{{ ',' if not loop.last }}{% endfor %}",
      "1a,2b",
      { list: ["a", "b"] },
    ],
    [
      "{% for x in list if x > 1 %}{{ x }}/{{ loop.length }} {% else %}none{% endfor %}",
      "2/2 3/2 ",
      { list: [1, 2, 3] },
    ],
    ["{% for x in [] %}{% else %}none{% endfor %}{% for x in nothing %}{{ x }}{% endfor %}", "none"],
    [
      "{% for key, value in map | items %}{{ key }}={{ value }};{% endfor %}{% for key in map %}{{ key }}{% endfor %}",
      "a=1;b=2;ab",
      { map: { a: 1, b: 2 } },
    ],
    [
      "{% for x in [1, 2] %}{% for y in 'ab' %}{{ loop.depth }}{{ loop.cycle('-', '+') }}{% endfor %}{% endfor %}",
      "2-2+2-2+",
    ],
    ["{% set a, b = [1, 2] %}{% set c %}<{{ a }}{{ b }}>{% endset %}{{ c }}", "<12>"],
    ["{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}[{{ a }}]", "3[]"],
    [
      "{% filter upper %}a{{ 'b' }}{% endfilter %}{% autoescape false %}{{ '<' }}{% endautoescape %}{{ '<' }}",
      "AB<&lt;",
    ],
    ["{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, b='<') }}", "121&lt;"],
    [
      "{% for i in range(3) %}{{ i }}{% endfor %}{{ range(5, 1, -2) }}{{ dict(a=1) | safe }}",
      '012[5, 3]{"a": 1}',
    ],
  ])("%s", (source, text, data) => {
    expect(rendered(source, data)).toBe(text);
  });

  it("variables of a loop end with it", () => {
    expect(rendered("{% set x = 1 %}{% for y in [1] %}{% set x = 2 %}{% endfor %}{{ x }}{{ y }}")).toBe("1");
  });
});

describe("other templates", () => {
  it.each([
    ["page.html", "<h1>Home: Al</h1>(Al)<i>2026</i>"],
    ["deep.html", "<h1>[Home: Al]</h1>(Al)<i>2026</i>"],
    ["inner.html", "<h1>Home</h1><p>Al!</p><i></i>"],
    ["innermost.html", "<h1>Home</h1><p>Al!?</p><i></i>"],
  ])("%s extends the ones below it, block by block", (name, text) => {
    expect(rendered(files[name]!, { name: "Al" })).toBe(text);
  });

  it("are included with the variables, and may be missing if that is said", () => {
    expect(rendered("{% include 'item.html' %}", { name: "Al" })).toBe("(Al)");
    expect(rendered("{% include ['no.html', 'item.html'] %}", { name: "Al" })).toBe("(Al)");
    expect(rendered("[{% include 'no.html' ignore missing %}]")).toBe("[]");
    expect(() => rendered("\n{% include 'no.html' %}")).toThrow("test:2: there is no template no.html");
  });

  it("give their macros and variables", () => {
    const source = "{% from 'macros.html' import input as field, size %}{{ field('a') }}{{ size }}";
    expect(rendered(source)).toBe('<input name="a" type="text">5');
    expect(rendered("{% import 'macros.html' as m %}{{ m.input('b', type='date') }}{{ m.size }}")).toBe(
      '<input name="b" type="date">5',
    );
  });
});

describe("filters and tests", () => {
  const list = [{ n: "b", v: 2 }, { n: "A", v: 1 }, { n: "c" }];
  it.each<[string, string, object?]>([
    [
      "{{ 'hELLO wORLD' | upper }} {{ 'A' | lower }} {{ 'hELLO' | capitalize }} {{ 'hi there-you' | title }}",
      "HELLO WORLD a Hello Hi There-You",
    ],
    [
      "{{ ' a ' | trim }}{{ 'xax' | trim('x') }} {{ 'a-a' | replace('-', '$&') }} {{ 'a,b' | split(',') | join('+') }}",
      "aa a$&amp;a a+b",
    ],
    [
      "{{ [1, 2, 3] | length }} {{ 'héé' | length }} {{ [3, 1] | sort }} {{ [1, 2] | reverse }} {{ 'ab' | reverse }}",
      "3 3 [1, 3] [2, 1] ba",
    ],
    [
      "{{ list | first }} {{ list | last }} {{ [1, 1, 2] | unique }} {{ list | sum }} {{ list | min }} {{ list | max }}",
      "3 2 [1, 2] 6 1 3",
      { list: [3, 1, 2] },
    ],
    [
      "{{ list | map(attribute='n') | join(',') }} {{ list | sort(attribute='n') | map(attribute='n') | join }}",
      "b,A,c Abc",
      { list },
    ],
    [
      "{{ list | selectattr('v') | length }} {{ list | selectattr('v', 'gt', 1) | map(attribute='n') | join }} {{ list | rejectattr('v', 'defined') | length }}",
      "2 b 1",
      { list },
    ],
    [
      "{{ [1, 2, 3] | select('odd') | list }} {{ [1, 2] | reject('odd') | list }} {{ ['a'] | map('upper') | join }}",
      "[1, 3] [2] A",
    ],
    ["{{ nothing | default('x') }} {{ '' | default('y') }}{{ '' | d('z', true) }}", "x z"],
    [
      "{{ '5' | int + 1 }} {{ 'x' | int }} {{ '1.5' | float }} {{ 2.5 | round }} {{ 1.25 | round(1) }} {{ -3.7 | int }} {{ true | int }} {{ 1.21 | round(1, 'ceil') }} {{ -2.5 | round }}",
      "6 0 1.5 3 1.3 -3 1 1.3 -3",
    ],
    [
      "{{ {'a': '</x>'} | tojson }} {{ 'a b/é' | urlencode }} {{ {'b': 1, 'a': 2} | dictsort | map('first') | join }}",
      '{"a":"\\u003c/x\\u003e"} a%20b%2F%C3%A9 ab',
    ],
    [
      "{{ 'a\nb' | indent(2) }}|{{ 'abcdefgh' | truncate(6) }}|{{ [1, 2, 3] | batch(2) }}",
      "a\n  b|abc...|[[1, 2], [3]]",
    ],
    [
      "{{ a is defined }} {{ b is not defined }} {{ none is none }} {{ 3 is odd }} {{ 4 is divisibleby 2 }} {{ 'a' is in ['a'] }}",
      "true true true true true true",
      { a: 1 },
    ],
    [
      "{{ 'abc' is startingwith('a') and 'x' is string }} {{ {} is mapping }} {{ [] is sequence }} {{ 1.5 is float }}",
      "true true true true",
    ],
  ])("%s", (source, text, data) => {
    expect(rendered(source, data)).toBe(text);
  });
});

describe("errors name the line", () => {
  it.each([
    ["\n{{ a b }}", 'test:2: expected the end of the tag, got "b"'],
    ["{{ a", "test:1: the tag does not end; write }}"],
    ["{# a", "test:1: the comment does not end; write #}"],
    ["\n\n{% if a %}", "test:3: {% if %} is not closed; write {% endif %}"],
    ["{% endif %}", /^test:1: nothing is open for "endif"/],
    ["{% fro x in y %}", 'test:1: there is no tag "fro"; did you mean "for"?'],
    ["{{ a | uper }}", 'test:1: there is no filter "uper"; did you mean "upper"?'],
    ["{{ a is defind }}", 'test:1: there is no test "defind"; did you mean "defined"?'],
    ["{{ user.name.first }}", 'test:1: "name" is read from a value that is undefined'],
    ["{{ 1 + 'a' }}", 'test:1: "+" needs numbers, got number and text'],
    ["{{ 1 | round(0, 'up') }}", 'test:1: round takes "common", "ceil" or "floor", got "up"'],
    ["{{ 1 / 0 }}", 'test:1: "/": division by zero'],
    ["{{ a() }}", "test:1: a undefined cannot be called"],
    ["{% for x in 5 %}{% endfor %}", "test:1: for needs a list, a map or a text, got a number"],
    ["{{ 5 | first }}", "test:1: needs a list, a map or a text, got a number"],
    ["{% include 'loop.html' %}", "loop.html:1: more than 50 levels of templates, blocks and macros"],
    [
      "{% extends 'nested.html' %}{% block b %}{% block a %}{{ super() }}{% endblock %}{% endblock %}",
      /more than 50 levels/,
    ],
    [
      "{% for a in range(1000) %}{% for b in range(1000) %}x{% endfor %}{% endfor %}",
      /more than 100000 steps/,
    ],
    ...[
      "{% for a in range(50000) %}{% for b in range(50000) %}{% endfor %}{% endfor %}",
      "{% for a in range(50000) if range(50000) | length %}{% endfor %}",
      `{% set a = range(99999) %}${"{% set a = a + a %}".repeat(9)}`,
      `{% set a = "${"x".repeat(1000)}" %}${"{% set a = a ~ a %}".repeat(20)}`,
    ].map((source): [string, RegExp] => [source, /more than 100000 steps/]),
    ["{% block a %}{% endblock %}{% block a %}{% endblock %}", 'test:1: there are two blocks "a"'],
    ["{{ '§' }}{{ § }}", 'test:1: unexpected "§"'],
    ["{{ range(1000000) }}", "test:1: range has at most 100000 numbers"],
  ])("%s", (source, text) => {
    expect(() => rendered(source)).toThrow(text);
  });

  it("calls no function of the data", () => {
    expect(() => rendered("{{ f() }}", { f: () => "called" })).toThrow("test:1: a function cannot be called");
  });
});
