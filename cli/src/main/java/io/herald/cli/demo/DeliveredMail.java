package io.herald.cli.demo;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A mail as the stack's mail server took it.
 *
 * @param headers as they were sent, each on one line
 * @param text the plain text part
 */
public record DeliveredMail(List<String> headers, String text) {
    public DeliveredMail {
        headers = List.copyOf(headers);
    }

    /**
     * Looks for the mail that was sent to an address.
     *
     * @param folder where the mail server puts each mail, as one file
     */
    public static Optional<DeliveredMail> to(String address, Path folder) throws IOException {
        for (var file : filesIn(folder)) {
            try {
                var message =
                        new MimeMessage(null, new ByteArrayInputStream(Files.readAllBytes(file)));
                var to = message.getHeader("To", ",");
                if (to != null && to.contains(address)) {
                    return Optional.of(
                            new DeliveredMail(
                                    Collections.list(message.getAllHeaderLines()), text(message)));
                }
            } catch (MessagingException e) {
                throw new IOException(file + " can't be read as a mail: " + e.getMessage(), e);
            }
        }
        return Optional.empty();
    }

    static List<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            // What is still being written has another name, with a dot in front.
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static String text(Part part) throws MessagingException, IOException {
        if (part.isMimeType("text/plain")) {
            return String.valueOf(part.getContent()).strip();
        }
        if (part.getContent() instanceof Multipart parts) {
            for (var inner : parts(parts)) {
                var text = text(inner);
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return "";
    }

    private static List<BodyPart> parts(Multipart parts) throws MessagingException {
        var list = new ArrayList<BodyPart>();
        for (var i = 0; i < parts.getCount(); i++) {
            list.add(parts.getBodyPart(i));
        }
        return list;
    }
}
