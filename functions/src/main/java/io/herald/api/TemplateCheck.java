package io.herald.api;

import io.herald.api.http.InputProblems;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateContent.Email;
import io.herald.template.TemplateContent.Inbox;
import io.herald.template.TemplateContent.Webhook;
import io.herald.template.TemplateException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles each text of a template by itself, where {@link Renderer#check} stops at the first that
 * is wrong and a caller is to see them all.
 */
final class TemplateCheck {
    private static final String NOTHING = "-";

    private final Renderer renderer;
    private final String parent;
    private final InputProblems problems;

    /**
     * @param parent where the template stands in the body
     */
    TemplateCheck(Renderer renderer, String parent, InputProblems problems) {
        this.renderer = renderer;
        this.parent = parent;
        this.problems = problems;
    }

    void check(TemplateContent content) {
        var email = content.email();
        if (email != null) {
            check("/email/subject", new Email(email.subject(), NOTHING, null));
            if (email.text() != null) {
                check("/email/text", new Email(NOTHING, email.text(), null));
            }
            if (email.html() != null) {
                check("/email/html", new Email(NOTHING, null, email.html()));
            }
        }
        var webhook = content.webhook();
        if (webhook != null && webhook.body() != null) {
            check("/webhook/body", null, webhook, null);
        }
        var inbox = content.inbox();
        if (inbox != null) {
            check("/inbox/title", null, null, new Inbox(inbox.title(), null));
            if (inbox.body() != null) {
                check("/inbox/body", null, null, new Inbox(NOTHING, inbox.body()));
            }
        }
    }

    private void check(String pointer, Email email) {
        check(pointer, email, null, null);
    }

    private void check(
            String pointer,
            @Nullable Email email,
            @Nullable Webhook webhook,
            @Nullable Inbox inbox) {
        try {
            renderer.check(new TemplateContent(email, webhook, inbox, Set.of(), NOTHING));
        } catch (TemplateException e) {
            // The message begins with the pointer, which stands beside it already.
            var message = String.valueOf(e.getMessage());
            var rest = message.startsWith(pointer) ? message.substring(pointer.length()) : message;
            problems.add(
                    parent + pointer, "cannot be compiled: " + rest.replaceFirst("^[,:] ", ""));
        }
    }
}
