package io.herald.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./herald tenant}: the applications that send through a running stack. */
@Command(
        name = "tenant",
        header = "Make and show tenants: the applications that send.",
        description =
                "Needs a running stack (./herald up). Every user, template and key belongs to one tenant.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "  ./herald tenant create shop",
            "  ./herald tenant list --json",
            "  ./herald tenant show shop"
        })
final class TenantCommand extends SharedOptions implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Which command?");
        }
    }

    @Command(
            name = "create",
            header = "Make a tenant, with its first API key.",
            description =
                    "Prints the key, which can't be shown again, and the secret that signs the tenant's webhooks.",
            footer = {"  ./herald tenant create shop", "  ./herald tenant create shop --json"})
    static final class Create extends OnRunningStack {
        @Parameters(
                paramLabel = "NAME",
                description = "1 to 64 lower-case letters, digits and hyphens.")
        private String name = "";

        Create(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var made = administration.createTenant(name);
            if (json) {
                var answer = Json.object().put("key", made.key());
                answer.set("tenant", json(made.tenant()));
                terminal.print(Json.pretty(answer));
            } else {
                terminal.print(text(made.tenant()));
                terminal.print(
                        "API key         " + made.key() + "  (keep it: it can't be shown again)");
            }
        }
    }

    @Command(
            name = "show",
            header = "Show a tenant, with the secret that signs its webhooks.",
            footer = {"  ./herald tenant show shop", "  ./herald tenant show shop --json"})
    static final class Show extends OnRunningStack {
        @Parameters(paramLabel = "NAME", description = "The tenant's name.")
        private String name = "";

        Show(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var tenant = administration.tenant(name);
            terminal.print(json ? Json.pretty(json(tenant)) : text(tenant));
        }
    }

    @Command(
            name = "list",
            header = "List the tenants.",
            footer = {"  ./herald tenant list", "  ./herald tenant list --json"})
    static final class Listing extends OnRunningStack {
        Listing(Terminal terminal, Installation installation) {
            super(terminal, installation);
        }

        @Override
        protected void ask(Administration administration)
                throws Administration.Refused, InterruptedException {
            var table = new Table("name", "id");
            administration.tenants().forEach(tenant -> table.row(tenant.name(), tenant.id()));
            terminal.print(json ? Json.pretty(table.json()) : table.text(""));
        }
    }

    private static ObjectNode json(Administration.Tenant tenant) {
        return Json.object()
                .put("id", tenant.id())
                .put("name", tenant.name())
                .put("webhookSecret", tenant.webhookSecret());
    }

    private static String text(Administration.Tenant tenant) {
        return """
        Tenant          %s
        Id              %s
        Webhook secret  %s\
        """
                .formatted(tenant.name(), tenant.id(), tenant.webhookSecret());
    }
}
