package io.herald.api.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MarkdownTest {
    @Test
    void words_are_marked_and_escaped() {
        assertThat(Markdown.inline("a `<b>` **c & `d`** *e f* 2 * 3"))
                .isEqualTo(
                        "a <code>&lt;b&gt;</code> <strong>c &amp; <code>d</code></strong>"
                                + " <em>e f</em> 2 * 3");
    }

    @Test
    void nothing_is_marked_inside_of_code() {
        assertThat(Markdown.inline("`*a* **b**`")).isEqualTo("<code>*a* **b**</code>");
    }

    @Test
    void blank_lines_part_blocks() {
        assertThat(Markdown.blocks("### One\n\ntwo\nthree\n  \nfour"))
                .isEqualTo("<h2>One</h2>\n<p>two\nthree</p>\n<p>four</p>\n");
    }

    @Test
    void items_go_on_over_lines() {
        assertThat(Markdown.blocks("1. one\n   more\n2. two"))
                .isEqualTo("<ol><li>one\nmore</li><li>two</li></ol>\n");
        assertThat(Markdown.blocks("- one\n- `two`"))
                .isEqualTo("<ul><li>one</li><li><code>two</code></li></ul>\n");
    }

    @Test
    void tables_have_heads_and_rows() {
        assertThat(Markdown.blocks("| A | B |\n| --- | --- |\n| `x` | y |"))
                .contains(
                        "<th scope=\"col\" role=\"columnheader\">A</th>"
                                + "<th scope=\"col\" role=\"columnheader\">B</th>",
                        "<tr role=\"row\"><td role=\"cell\"><code>x</code></td>"
                                + "<td role=\"cell\">y</td></tr>");
    }
}
