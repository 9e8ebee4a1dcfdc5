package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./herald dead-letters}: the records that could not be decoded and belong to no tenant. */
@Command(
        name = "dead-letters",
        header = "List and discard the dead letters that belong to no tenant.",
        description =
                "Needs a running stack (./herald up). They are records on Kafka that could not be decoded, under a key that names no tenant. A tenant sees its own at /v1/dead-letters.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  ./herald dead-letters list",
            "  ./herald dead-letters discard 019ab3c1-7d2e-8b11-9c4e-52a0c3f1d001",
            "  ./herald dead-letters discard --all"
        })
final class DeadLettersCommand extends SharedOptions implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Which command?");
        }
    }

    /** Every one, page by page. */
    private static List<JsonNode> all(Administration administration)
            throws Administration.Refused, InterruptedException {
        var all = new ArrayList<JsonNode>();
        var page = administration.deadLetters(null);
        while (!page.isEmpty()) {
            page.forEach(all::add);
            page = administration.deadLetters(all.getLast().path("id").asText());
        }
        return all;
    }

    @Command(
            name = "list",
            header = "List them, the newest first.",
            footer = {"  ./herald dead-letters list", "  ./herald dead-letters list --json"})
    static final class Listing extends OnRunningStack {
        Listing(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var letters = all(administration);
            if (json) {
                var array = Json.object().arrayNode();
                letters.forEach(array::add);
                terminal.print(Json.pretty(array));
                return;
            }
            var table = new Table("id", "topic", "partition", "offset", "bytes", "kept", "cause");
            for (var letter : letters) {
                table.row(
                        letter.path("id").asText(),
                        letter.path("topic").asText(),
                        letter.path("partition").asText(),
                        letter.path("offset").asText(),
                        letter.path("size").asText(),
                        letter.path("at").asText(),
                        letter.path("cause").asText());
            }
            terminal.print(table.text(""));
        }
    }

    @Command(
            name = "discard",
            header = "Discard some of them, or all.",
            footer = {
                "  ./herald dead-letters discard 019ab3c1-7d2e-8b11-9c4e-52a0c3f1d001",
                "  ./herald dead-letters discard --all"
            })
    static final class Discard extends OnRunningStack {
        private static final int AT_ONCE = 100;

        @ArgGroup(multiplicity = "1")
        private Which which = new Which();

        private static final class Which {
            @Parameters(paramLabel = "ID", description = "Their ids, as list shows them.")
            private List<String> ids = List.of();

            @Option(names = "--all", required = true, description = "Every one there is.")
            private boolean all;
        }

        Discard(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var ids =
                    which.all
                            ? all(administration).stream()
                                    .map(letter -> letter.path("id").asText())
                                    .toList()
                            : which.ids;
            var discarded = 0;
            for (var from = 0; from < ids.size(); from += AT_ONCE) {
                discarded +=
                        administration.discardDeadLetters(
                                ids.subList(from, Math.min(from + AT_ONCE, ids.size())));
            }
            terminal.print(
                    json
                            ? Json.pretty(Json.object().put("discarded", discarded))
                            : "Discarded: " + discarded);
        }
    }
}
