package io.herald.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
    private final Table table = new Table("name", "id").row("shop", "1").row("a-long-name", "22");

    @Test
    void aligns_its_columns_for_a_person() {
        assertThat(table.text("  "))
                .hasLineCount(3)
                .startsWith("  NAME         ID\n")
                .contains("\n  shop         1\n")
                .endsWith("\n  a-long-name  22");
    }

    @Test
    void is_an_array_of_objects_for_a_program() {
        assertThat(table.json())
                .hasToString(
                        "[{\"name\":\"shop\",\"id\":\"1\"},{\"name\":\"a-long-name\",\"id\":\"22\"}]");
    }

    @Test
    void refuses_a_row_with_a_cell_too_few() {
        assertThatThrownBy(() -> table.row("shop")).isInstanceOf(IllegalArgumentException.class);
    }
}
