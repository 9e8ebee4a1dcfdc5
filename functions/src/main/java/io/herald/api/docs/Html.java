package io.herald.api.docs;

import java.util.List;

/** HTML that is XML as well. */
final class Html {
    private Html() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String code(String text) {
        return "<code>" + escape(text) + "</code>";
    }

    static String link(String address, String html) {
        return "<a href=\"" + escape(address) + "\">" + html + "</a>";
    }

    /** Something long in a fixed font, that can be scrolled by keyboard. */
    static String listing(String name, String text) {
        return "<pre tabindex=\"0\" role=\"region\" aria-label=\""
                + escape(name)
                + "\"><code>"
                + escape(text)
                + "</code></pre>\n";
    }

    /**
     * A whole page.
     *
     * @param main what is particular to it, HTML
     * @param aside HTML before that, for finding one's way
     */
    static String page(String title, String aside, String main) {
        return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>%s</title>
        <style>%s</style>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        %s<main id="main">
        %s</main>
        </body>
        </html>
        """
                .formatted(escape(title), PageStyle.CSS, aside, main);
    }

    /** A table whose cells are HTML. */
    static final class Table {
        // Says by roles what it is, as it is none to a narrow screen's layout.
        private final StringBuilder html = new StringBuilder("<table role=\"table\">\n");

        Table(List<String> heads) {
            html.append("<thead role=\"rowgroup\"><tr role=\"row\">");
            heads.forEach(head ->
                    html.append("<th scope=\"col\" role=\"columnheader\">")
                            .append(head)
                            .append("</th>"));
            html.append("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        }

        Table row(List<String> cells) {
            html.append("<tr role=\"row\">");
            cells.forEach(cell -> html.append("<td role=\"cell\">").append(cell).append("</td>"));
            html.append("</tr>\n");
            return this;
        }

        String html() {
            return html + "</tbody></table>\n";
        }
    }
}
