package io.herald.cli.demo;

import io.herald.local.outside.DeliveredMail;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * What a person reads of a mail.
 *
 * @param headers as they were sent
 * @param body the plain text part, decoded; empty when there is none
 */
record MailText(List<String> headers, String body) {
    MailText {
        headers = List.copyOf(headers);
    }

    static MailText of(DeliveredMail mail) {
        try {
            var content = new ByteArrayInputStream(mail.text().getBytes(StandardCharsets.UTF_8));
            var message = new MimeMessage(null, content);
            return new MailText(Collections.list(message.getAllHeaderLines()), text(message));
        } catch (MessagingException e) {
            throw new UncheckedIOException(new IOException(mail.file() + " is no mail", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Part part) throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            return String.valueOf(part.getContent()).strip();
        }
        if (part.getContent() instanceof Multipart parts) {
            for (var i = 0; i < parts.getCount(); i++) {
                var text = text(parts.getBodyPart(i));
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return "";
    }
}
