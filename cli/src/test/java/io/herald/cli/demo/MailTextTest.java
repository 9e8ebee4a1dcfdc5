package io.herald.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.outside.DeliveredMail;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MailTextTest {

    @Test
    void shows_the_headers_and_the_text_part_decoded() {
        var mail =
                """
                Subject: Hello
                Content-Type: multipart/alternative; boundary="x"

                --x
                Content-Type: text/plain; charset=UTF-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=C3=9Fe
                --x
                Content-Type: text/html; charset=UTF-8

                <p>Hello</p>
                --x--
                """
                        .replace("\n", "\r\n");

        var text = MailText.of(new DeliveredMail(Path.of("mail"), mail));

        assertThat(text.headers()).contains("Subject: Hello");
        assertThat(text.body()).isEqualTo("Gr\u00fc\u00dfe");
    }
}
