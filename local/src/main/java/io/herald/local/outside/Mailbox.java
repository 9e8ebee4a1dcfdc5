package io.herald.local.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a {@link MailServer} has taken, read from its folder; from any process.
 *
 * @param folder need not exist
 */
public record Mailbox(Path folder) {

    static final String SUFFIX = ".eml";

    /** The mails, the oldest first; the newest 1,000 are kept. */
    public List<DeliveredMail> all() {
        var mails = new ArrayList<DeliveredMail>();
        try {
            for (var file : NumberedFiles.list(folder, SUFFIX)) {
                try {
                    mails.add(DeliveredMail.of(file, Files.readAllBytes(file)));
                } catch (NoSuchFileException _) {
                    // Too old by now, and removed.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(mails);
    }

    /** The mails to an address. */
    public List<DeliveredMail> to(String address) {
        return all().stream()
                .filter(mail -> mail.recipients().stream().anyMatch(address::equalsIgnoreCase))
                .toList();
    }

    /** The mails with a Message-ID, given without its angle brackets. */
    public List<DeliveredMail> withMessageId(String messageId) {
        return all().stream()
                .filter(mail -> mail.messageId().filter(messageId::equals).isPresent())
                .toList();
    }
}
