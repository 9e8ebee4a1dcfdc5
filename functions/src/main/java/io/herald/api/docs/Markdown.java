package io.herald.api.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The part of Markdown that our own texts use, as HTML: paragraphs, headings of the third level
 * (which are the second of a page), lists of one level, tables, and code, strong and emphasized
 * words. Not for texts of others.
 */
final class Markdown {
    private static final Pattern BLOCKS = Pattern.compile("\\n[ \\t]*\\n");
    private static final Pattern NUMBERED = Pattern.compile("\\d+\\. ");
    private static final Pattern ITEM = Pattern.compile("(?:-|\\d+\\.) +");
    private static final Pattern INLINE =
            Pattern.compile("`([^`]+)`|\\*\\*([^*]+)\\*\\*|\\*([^*\\s][^*]*)\\*");

    private Markdown() {}

    /** Blocks of HTML. */
    static String blocks(String text) {
        var html = new StringBuilder();
        for (var block : BLOCKS.split(text.strip())) {
            html.append(block(block.strip())).append('\n');
        }
        return html.toString();
    }

    /** HTML without any block, for a text of one paragraph; others run together. */
    static String inline(String text) {
        var html = new StringBuilder();
        var match = INLINE.matcher(text);
        int end = 0;
        while (match.find()) {
            html.append(Html.escape(text.substring(end, match.start())));
            if (match.group(1) != null) {
                html.append("<code>").append(Html.escape(match.group(1))).append("</code>");
            } else if (match.group(2) != null) {
                html.append("<strong>").append(inline(match.group(2))).append("</strong>");
            } else {
                html.append("<em>").append(inline(match.group(3))).append("</em>");
            }
            end = match.end();
        }
        return html.append(Html.escape(text.substring(end))).toString();
    }

    private static String block(String block) {
        if (block.startsWith("### ")) {
            return "<h2>" + inline(block.substring(4)) + "</h2>";
        }
        if (block.startsWith("|")) {
            return table(block.lines().toList());
        }
        if (NUMBERED.matcher(block).lookingAt()) {
            return list("ol", block);
        }
        if (block.startsWith("- ")) {
            return list("ul", block);
        }
        return "<p>" + inline(block) + "</p>";
    }

    private static String list(String tag, String block) {
        var items = new ArrayList<StringBuilder>();
        for (var line : block.lines().toList()) {
            var item = ITEM.matcher(line);
            if (item.lookingAt()) {
                items.add(new StringBuilder(line.substring(item.end())));
            } else {
                items.getLast().append('\n').append(line.strip());
            }
        }
        var html = new StringBuilder("<" + tag + ">");
        items.forEach(item -> html.append("<li>").append(inline(item.toString())).append("</li>"));
        return html.append("</").append(tag).append('>').toString();
    }

    private static String table(List<String> lines) {
        var table = new Html.Table(cells(lines.getFirst()));
        // The second line is only rules.
        lines.stream().skip(2).forEach(line -> table.row(cells(line)));
        return table.html();
    }

    private static List<String> cells(String line) {
        var inner = line.strip().replaceAll("^\\||\\|$", "");
        var cells = new ArrayList<String>();
        for (var cell : inner.split("\\|", -1)) {
            cells.add(inline(cell.strip()));
        }
        return cells;
    }
}
