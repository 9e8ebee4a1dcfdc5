package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.tenant.Scope;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./herald key}: the API keys of a tenant of a running stack. */
@Command(
        name = "key",
        header = "Make, list and revoke API keys.",
        description =
                "Needs a running stack (./herald up). A key belongs to one tenant and may do what its scopes say.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  ./herald key create --tenant shop --scopes send,read --expires 30d",
            "  ./herald key list --tenant shop",
            "  ./herald key revoke --tenant shop 019ab3c1-7d2e-7b11-9c4e-52a0c3f1d001"
        })
final class KeyCommand extends SharedOptions implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Which command?");
        }
    }

    abstract static class OfTenant extends OnRunningStack {
        @Option(
                names = "--tenant",
                required = true,
                paramLabel = "NAME",
                description = "The tenant's name.")
        protected String tenant = "";

        OfTenant(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        /** A text of a key, or what stands for none. */
        protected static String text(JsonNode key, String field, String none) {
            return key.path(field).asText(none);
        }

        protected static String scopes(JsonNode key) {
            return key.path("scopes")
                    .valueStream()
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(","));
        }
    }

    @Command(
            name = "create",
            header = "Make an API key.",
            description = "Prints the key, which can't be shown again.",
            footer = {
                "  ./herald key create --tenant shop",
                "  ./herald key create --tenant shop --scopes send --expires 12h",
                "  ./herald key create --tenant shop --expires 2027-01-01T00:00:00Z --json"
            })
    static final class Create extends OfTenant {
        @Option(
                names = "--scopes",
                split = ",",
                paramLabel = "SCOPE",
                description = "What it may do: send, read, manage. Default: all of it.")
        private Set<Scope> scopes = EnumSet.allOf(Scope.class);

        @Option(
                names = "--expires",
                paramLabel = "WHEN",
                converter = Expiry.Converter.class,
                description =
                        "How long it works, such as 90m, 12h or 30d, or until when, in RFC 3339."
                                + " Default: for good.")
        private @Nullable Expiry expires;

        Create(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var expiresAt = expires == null ? null : expires.from(Instant.now());
            var made = administration.createKey(tenant, scopes, expiresAt);
            if (json) {
                terminal.print(Json.pretty(made));
                return;
            }
            var key = made.path("details");
            terminal.print(
                    """
                    Tenant          %s
                    Id              %s
                    Scopes          %s
                    Expires         %s
                    API key         %s  (keep it: it can't be shown again)\
                    """
                            .formatted(
                                    tenant,
                                    text(key, "id", ""),
                                    scopes(key),
                                    text(key, "expiresAt", "never"),
                                    text(made, "key", "")));
        }
    }

    @Command(
            name = "list",
            header = "List a tenant's API keys, the oldest first.",
            description = "Of each key only its end is shown; also of those that no longer work.",
            footer = {
                "  ./herald key list --tenant shop",
                "  ./herald key list --tenant shop --json"
            })
    static final class Listing extends OfTenant {
        Listing(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var keys = administration.keys(tenant);
            if (json) {
                terminal.print(Json.pretty(keys));
                return;
            }
            var table = new Table("id", "key", "scopes", "made", "expires", "revoked");
            for (var key : keys) {
                table.row(
                        text(key, "id", ""),
                        text(key, "hint", ""),
                        scopes(key),
                        text(key, "createdAt", ""),
                        text(key, "expiresAt", "never"),
                        text(key, "revokedAt", "-"));
            }
            terminal.print(table.text(""));
        }
    }

    @Command(
            name = "revoke",
            header = "Revoke an API key, for good.",
            description = "It stops working within ten seconds.",
            footer = {
                "  ./herald key list --tenant shop",
                "  ./herald key revoke --tenant shop 019ab3c1-7d2e-7b11-9c4e-52a0c3f1d001"
            })
    static final class Revoke extends OfTenant {
        @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
        private String id = "";

        Revoke(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var key = administration.revokeKey(tenant, id);
            terminal.print(
                    json
                            ? Json.pretty(key)
                            : "Revoked %s at %s. It stops working within ten seconds."
                                    .formatted(text(key, "hint", ""), text(key, "revokedAt", "")));
        }
    }
}
