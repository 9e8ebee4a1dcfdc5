package io.herald.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table as text, for a person, or as JSON, for a program. */
public final class Table {
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param columns the headings, and in JSON the names of the fields
     */
    public Table(String... columns) {
        this.columns = List.of(columns);
    }

    /** Adds a row with a cell for each column. */
    public Table row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /**
     * Aligned columns under upper-case headings, without a line break at the end.
     *
     * @param indent what each line begins with
     */
    public String text(String indent) {
        var widths = columns.stream().mapToInt(String::length).toArray();
        for (var row : rows) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var lines = new ArrayList<String>();
        lines.add(line(indent, columns, widths).toUpperCase(Locale.ROOT));
        rows.forEach(row -> lines.add(line(indent, row, widths)));
        return String.join("\n", lines);
    }

    private static String line(String indent, List<String> cells, int[] widths) {
        var line = new StringBuilder(indent);
        for (var i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).repeat(' ', widths[i] - cells.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }

    /** An array with an object for each row. */
    public ArrayNode json() {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var row : rows) {
            var object = array.addObject();
            for (var i = 0; i < columns.size(); i++) {
                object.put(columns.get(i), row.get(i));
            }
        }
        return array;
    }
}
