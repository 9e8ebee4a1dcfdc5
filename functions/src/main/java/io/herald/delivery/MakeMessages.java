package io.herald.delivery;

import static java.util.stream.Collectors.toSet;

import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.concurrent.Concurrently;
import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.TemplateException;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import io.herald.tenant.Tenants;
import java.util.Collection;
import java.util.Map;

/** Turns records into messages: who they go to, as known now, and what they say, as pinned then. */
public final class MakeMessages {

    /** What a record became. */
    sealed interface Result {
        record Made(Message message) implements Result {}

        record Impossible(Reason reason) implements Result {}
    }

    /** What a batch needs, read with one round trip for each kind. */
    record Background(
            Map<UserKey, User> users,
            Map<TemplateVersion, Template> templates,
            Map<TenantId, String> secrets) {}

    private final Users users;
    private final Templates templates;
    private final Tenants tenants;
    private final Renderer renderer;

    public MakeMessages(Users users, Templates templates, Tenants tenants, Renderer renderer) {
        this.users = users;
        this.templates = templates;
        this.tenants = tenants;
        this.renderer = renderer;
    }

    Background read(Collection<DispatchRecord> records) {
        var userKeys = records.stream().map(MakeMessages::userOf).collect(toSet());
        var versions = records.stream().map(MakeMessages::templateOf).collect(toSet());
        var signing =
                records.stream()
                        .filter(record -> Channel.WEBHOOK.text().equals(record.channel()))
                        .map(record -> new TenantId(record.tenant()))
                        .collect(toSet());
        var found =
                Concurrently.both(
                        () -> users.find(userKeys),
                        () ->
                                Concurrently.both(
                                        () -> templates.find(versions),
                                        () ->
                                                signing.isEmpty()
                                                        ? Map.<TenantId, String>of()
                                                        : tenants.webhookSecrets(signing)));
        return new Background(found.first(), found.second().first(), found.second().second());
    }

    Result make(DispatchRecord record, Channel channel, Background background) {
        var user = background.users().get(userOf(record));
        if (user == null) {
            return new Result.Impossible(
                    new Reason("user_gone", "The user does not exist any more."));
        }
        var template = background.templates().get(templateOf(record));
        if (template == null) {
            return new Result.Impossible(
                    new Reason("template_gone", "The template's version does not exist any more."));
        }
        RenderedMessage content;
        try {
            content = renderer.render(template, channel, record.payload());
        } catch (TemplateException e) {
            return new Result.Impossible(
                    new Reason("not_renderable", "The template cannot be rendered."));
        }
        return address(record, user, content, background);
    }

    private static Result address(
            DispatchRecord record, User user, RenderedMessage content, Background background) {
        var id = new NotificationId(record.id());
        var tenant = new TenantId(record.tenant());
        return switch (content) {
            case RenderedMessage.Email email ->
                    user.email() == null
                            ? unreachable(Channel.EMAIL)
                            : new Result.Made(
                                    new Message.Email(id, tenant, user.id(), user.email(), email));
            case RenderedMessage.Webhook webhook -> {
                var secret = background.secrets().get(tenant);
                yield user.webhookUrl() == null || secret == null
                        ? unreachable(Channel.WEBHOOK)
                        : new Result.Made(
                                new Message.Webhook(
                                        id,
                                        tenant,
                                        user.id(),
                                        user.webhookUrl(),
                                        secret,
                                        record.template(),
                                        webhook,
                                        record.payload(),
                                        record.metadata()));
            }
            case RenderedMessage.Inbox inbox ->
                    new Result.Made(new Message.Inbox(id, tenant, user.id(), inbox));
        };
    }

    private static Result unreachable(Channel channel) {
        return new Result.Impossible(
                new Reason(
                        "no_contact_point",
                        "The user has no " + User.contactPointOf(channel) + " any more."));
    }

    private static UserKey userOf(DispatchRecord record) {
        return new UserKey(new TenantId(record.tenant()), new UserId(record.userId()));
    }

    private static TemplateVersion templateOf(DispatchRecord record) {
        return new TemplateVersion(
                new TenantId(record.tenant()), record.template(), record.templateVersion());
    }
}
