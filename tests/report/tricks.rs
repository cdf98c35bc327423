//! What strangers try, as data.

/// What somebody may call a file, a resource, a branch, or write into a tag or a message.
pub const TRICKS: [&str; 24] = [
    "::add-mask::x",
    "a\n::set-output name=a::b",
    "a\r::error file=x::boo",
    "a\r\n  ::stop-commands::pause",
    "x ::warning::after a blank",
    "a\u{2028}::notice::after a line separator",
    "\u{1b}[2K\r::add-path::/tmp",
    "##[add-mask]x",
    "text ##[set-env name=PATH;]/tmp",
    "##vso[task.setvariable variable=secret]x",
    "a ##VSO[task.prependpath]/tmp",
    "###[group]x",
    "%0A::error::decoded once too often",
    "%0D%0A%250A::error::and again",
    "a,file=README.md,line=1::b",
    "<img src=x onerror=alert(1)>",
    "</code></td></table><script>alert(1)</script>",
    "<!-- hidden",
    "[click](https://evil.example)![p](https://evil.example/p.png)",
    "| a | b |\n|---|---|\n\n# heading",
    "@octocat closes #1, :skull: $x^2$",
    "```\nfence",
    "$(touch /tmp/pwned)`touch /tmp/pwned`;&&||'\"\\",
    "\u{202e}txt.exe\u{2066}\u{200b}",
];
