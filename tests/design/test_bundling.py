"""Modules of a page joined into one file for production."""

import pytest

from factcheck.bundling import BundleError, bundle_modules

SHARED = "js/ui/main.js"


def test_an_entry_holds_its_modules_and_takes_the_shared_ones_from_main():
    bundles, inner = bundle_modules(
        {
            SHARED: 'import { say } from "./say.js";\n\nsay("main");\n',
            "js/ui/say.js": "export function say(word) {\n  return word;\n}\n",
            "js/ui/both.js": 'import { say } from "./say.js";\n\nexport const both = say(1);\n',
            "js/reader/reader.js": 'import { say } from "../ui/say.js";\nimport { both as two } from "../ui/both.js";\n'
            'import { own } from "./own.js";\n\nsay(two + own);\n',
            "js/reader/own.js": "export const own = 2;\n",
            "js/screens/claim.js": 'import { both } from "../ui/both.js";\n\nexport const x = both;\n',
        }
    )
    assert inner == {"js/ui/say.js", "js/ui/both.js", "js/reader/own.js"}
    assert set(bundles) == {SHARED, "js/reader/reader.js", "js/screens/claim.js"}
    assert bundles["js/reader/reader.js"] == (
        'import { ui_say, ui_both } from "../ui/main.js";\n'
        "const reader_own = (() => {\nconst own = 2;\nreturn { own };\n})();\n"
        "const reader_reader = (() => {\nconst { say } = ui_say;\nconst { both: two } = ui_both;\n"
        "const { own } = reader_own;\n\nsay(two + own);\nreturn {  };\n})();\n"
    )
    assert bundles[SHARED].endswith("export { ui_say, ui_both };\n")
    assert bundles[SHARED].index("const ui_say =") < bundles[SHARED].index("const ui_both =")


def test_lines_that_are_comments_alone_are_left_out():
    module = '// Head.\nexport const at = "https://a.example"; // stays\n  // goes\n'
    bundles, _ = bundle_modules({"js/a.js": module, "js/b.js": 'import { at } from "./a.js";\n\ngo(at);\n'})
    assert bundles["js/b.js"].startswith(
        'const a = (() => {\nconst at = "https://a.example"; // stays\nreturn { at };\n'
    )


def test_a_file_that_imports_nothing_stays_as_it_is():
    assert bundle_modules({"js/ui/boot.js": "go();\n"}) == ({}, set())


@pytest.mark.parametrize(
    "line",
    [
        'export * from "./b.js";',
        "export default 1;",
        "export const { a } = {};",
        'import whole from "./b.js";',
        "await go();",
        'const late = import("./b.js");',
        "go(import.meta.url);",
    ],
)
def test_syntax_that_a_bundle_would_break_is_refused(line: str):
    with pytest.raises(BundleError, match="does not know"):
        bundle_modules({"js/a.js": f"{line}\n", "js/b.js": "export const b = 1;\n"})


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(BundleError, match=r"circle: js/c\.js > js/a\.js > js/b\.js > js/a\.js"):
        bundle_modules(
            {
                "js/a.js": 'import { b } from "./b.js";\nexport const a = b;\n',
                "js/b.js": 'import { a } from "./a.js";\nexport const b = a;\n',
                "js/c.js": 'import { a } from "./a.js";\na();\n',
            }
        )
