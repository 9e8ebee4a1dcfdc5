package io.herald.delivery;

import static java.util.stream.Collectors.toSet;

import io.herald.audience.ContactPoints;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.concurrent.Concurrently;
import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.ContentDocument;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import io.herald.tenant.Tenants;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns records into messages: who they go to, as known now, and what they say, as pinned then. */
public final class MakeMessages {

    /** What a record became. */
    sealed interface Result {
        record Made(Message message) implements Result {}

        record Impossible(Reason reason) implements Result {}
    }

    /** What a batch needs, read with one round trip for each kind. */
    record Background(
            Map<UserKey, ContactPoints> users,
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
        var userKeys = records.stream().flatMap(record -> userOf(record).stream()).collect(toSet());
        var versions =
                records.stream().flatMap(record -> templateOf(record).stream()).collect(toSet());
        var signing =
                records.stream()
                        .filter(record -> Channel.WEBHOOK.text().equals(record.channel()))
                        .map(record -> new TenantId(record.tenant()))
                        .collect(toSet());
        var found =
                Concurrently.both(
                        () -> users.contactPoints(userKeys),
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
        var known = userOf(record).map(background.users()::get);
        if (known.isEmpty() && record.userId() != null) {
            return new Result.Impossible(
                    new Reason("user_gone", "The user does not exist any more."));
        }
        var content = contentOf(record, background);
        if (content.isEmpty()) {
            return new Result.Impossible(
                    new Reason("template_gone", "The template's version does not exist any more."));
        }
        RenderedMessage rendered;
        try {
            rendered = renderer.render(content.get(), channel, record.payload());
        } catch (TemplateException _) {
            return new Result.Impossible(
                    new Reason("not_renderable", "The template cannot be rendered."));
        }
        return address(record, known.orElse(null), rendered, background);
    }

    private static Optional<TemplateContent> contentOf(
            DispatchRecord record, Background background) {
        var own = record.content();
        // Its category has been decided on, and nothing asks for it any more.
        return own != null
                ? Optional.of(ContentDocument.read(own, ""))
                : templateOf(record).map(background.templates()::get).map(Template::content);
    }

    /**
     * @param known of the user; null for a record that says itself where it goes
     */
    private static Result address(
            DispatchRecord record,
            @Nullable ContactPoints known,
            RenderedMessage content,
            Background background) {
        var id = new NotificationId(record.id());
        var tenant = new TenantId(record.tenant());
        return switch (content) {
            case RenderedMessage.Email email -> {
                var address = known == null ? record.to() : known.email();
                yield address == null
                        ? unreachable(Channel.EMAIL)
                        : new Result.Made(
                                new Message.Email(
                                        id, tenant, recipient(record, address), address, email));
            }
            case RenderedMessage.Webhook webhook -> {
                var url = known == null ? record.to() : known.webhookUrl();
                var secret = background.secrets().get(tenant);
                yield url == null || secret == null
                        ? unreachable(Channel.WEBHOOK)
                        : new Result.Made(
                                new Message.Webhook(
                                        id,
                                        tenant,
                                        recipient(record, url),
                                        url,
                                        secret,
                                        record.template(),
                                        webhook,
                                        record.payload(),
                                        record.metadata()));
            }
            case RenderedMessage.Inbox inbox -> {
                var user = record.userId();
                yield user == null
                        ? unreachable(Channel.INBOX)
                        : new Result.Made(new Message.Inbox(id, tenant, new UserId(user), inbox));
            }
        };
    }

    private static Recipient recipient(DispatchRecord record, String contactPoint) {
        var user = record.userId();
        return user == null
                ? new Recipient.At(contactPoint)
                : new Recipient.OfUser(new UserId(user));
    }

    private static Result unreachable(Channel channel) {
        return new Result.Impossible(
                new Reason(
                        "no_contact_point",
                        "The user has no " + ContactPoints.nameOf(channel) + " any more."));
    }

    private static Optional<UserKey> userOf(DispatchRecord record) {
        var user = record.userId();
        return user == null
                ? Optional.empty()
                : Optional.of(new UserKey(new TenantId(record.tenant()), new UserId(user)));
    }

    private static Optional<TemplateVersion> templateOf(DispatchRecord record) {
        var template = record.template();
        var version = record.templateVersion();
        return template == null || version == null
                ? Optional.empty()
                : Optional.of(
                        new TemplateVersion(new TenantId(record.tenant()), template, version));
    }
}
