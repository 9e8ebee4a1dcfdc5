package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import io.herald.notification.Channel;
import io.herald.notification.Recipient;
import io.herald.submission.Notification;
import io.herald.template.TemplateContent;
import io.herald.template.Wording;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages without a user, without a template, or without either. */
final class DirectMessageApiTest {
    private final World world = new World();

    @BeforeEach
    void someone_to_tell_something() {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "shipped");
    }

    @Test
    void goes_to_addresses_that_are_no_users() {
        var answer =
                send(
                        """
                        {"to": {"email": "eve@example.com", "webhookUrl": "https://example.com/e"},
                         "channels": ["webhook", "email"], "template": "shipped"}\
                        """);

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(world.stores.notifications)
                .extracting(Notification::recipient)
                .containsExactly(
                        new Recipient.At("https://example.com/e"),
                        new Recipient.At("eve@example.com"));
        var shown = shown(answer, 1);
        assertThat(shown.body().path("userId").isNull()).isTrue();
        assertThat(shown.body().path("to").toString()).isEqualTo("{\"email\":\"eve@example.com\"}");
        assertThat(shown.body().path("template").textValue()).isEqualTo("shipped");
    }

    @Test
    void says_what_no_template_says() {
        var answer =
                send(
                        """
                        {"userId": "ada", "channels": ["inbox"], "payload": {"name": "Ada"},
                         "content": {"inbox": {"title": "Hello {{name}}"},
                                     "email": {"subject": "Hello", "text": "..."}}}\
                        """);

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        var notification = world.stores.notifications.getFirst();
        assertThat(notification.wording())
                .isEqualTo(
                        new Wording.Own(
                                new TemplateContent(
                                        null,
                                        null,
                                        new TemplateContent.Inbox("Hello {{name}}", null),
                                        Set.of(),
                                        "transactional")));
        assertThat(notification.lane()).isEqualTo(Channel.INBOX.lane());
        var shown = shown(answer, 0);
        assertThat(shown.body().path("template").isNull()).isTrue();
        assertThat(shown.body().path("templateVersion").isNull()).isTrue();
        assertThat(shown.body().path("content").toString())
                .isEqualTo("{\"inbox\":{\"title\":\"Hello {{name}}\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "channels":["email"],"template":"shipped"                                               | /userId   | is required, or to in its place
                    "channels":["email"],"template":"shipped","userId":"ada","to":{"email":"a@example.com"} | /to       | must be left out when userId is there
                    "channels":["email"],"userId":"ada"                                                     | /template | is required, or content in its place
                    "channels":["email"],"template":"shipped","to":{}                                       | /to       | must have at least one of email, webhookUrl
                    "channels":["inbox"],"template":"shipped","to":{"email":"a@example.com"}                | /channels/0 | an inbox belongs to a user
                    "channels":["webhook"],"template":"shipped","to":{"email":"a@example.com"}              | /channels/0 | to has no webhookUrl
                    "channels":["email"],"userId":"ada","content":{"inbox":{"title":"x"}}                   | /channels/0 | the message has no content for email
                    "channels":["email"],"userId":"ada","content":{}                                        | /content  | must have at least one of email, webhook, inbox
                    """)
    void says_what_is_wrong(String fields, String pointer, String detail) {
        var answer = send("{" + fields + "}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().at("/errors/0/pointer").textValue()).isEqualTo(pointer);
        assertThat(answer.body().at("/errors/0/detail").textValue()).isEqualTo(detail);
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void an_address_is_checked_as_a_users_is_and_content_as_a_templates() {
        var answer =
                send(
                        """
                        {"to": {"email": "nobody", "phone": "+43"}, "channels": ["email"],
                         "content": {"email": {"subject": "{{#open}}", "text": "x"}}}\
                        """);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body().path("errors").findValuesAsText("pointer"))
                .contains("/to/email", "/to/phone");

        var content =
                send(
                        """
                        {"userId": "ada", "channels": ["email"],
                         "content": {"email": {"subject": "{{#open}}", "text": "x"}}}\
                        """);
        assertThat(content.body().path("errors").findValuesAsText("pointer"))
                .containsExactly("/content/email/subject");
    }

    private Answer send(String body) {
        return world.post("/v1/notifications").json(body).answer();
    }

    private Answer shown(Answer accepted, int index) {
        return world.get(
                        "/v1/notifications/"
                                + accepted.body().at("/data/" + index + "/id").textValue())
                .answer();
    }
}
