package io.herald.servers;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Under which account Postgres runs, which refuses to run as root.
 *
 * @param prefix put before a command, and becomes it, with the same pid
 * @param owner who the data must belong to, as chown takes it, where that is not this JVM's user
 */
record RunAs(List<String> prefix, Optional<String> owner) {
    // What Linux calls nobody; by number, as the group's name differs between distributions.
    private static final int NOBODY = 65_534;

    RunAs {
        prefix = List.copyOf(prefix);
    }

    /**
     * Chooses the account: this JVM's own unless it is root; then root in a user namespace of its
     * own, where it has no rights beyond its files; then, where containers deny that, nobody. Data
     * that belongs to another user already stays that user's.
     */
    static RunAs choose(Path data) {
        if (new UnixSystem().getUid() != 0) {
            return new RunAs(List.of(), Optional.empty());
        }
        var owner = Files.exists(data) ? ownerOf(data) : 0;
        if (owner != 0) {
            return user(owner);
        }
        return unshared().orElseGet(() -> user(NOBODY));
    }

    private static int ownerOf(Path data) {
        try {
            return (Integer) Files.getAttribute(data, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException failure) {
            throw new ServerException(
                    "%s could not be read (%s).".formatted(data, failure), failure);
        }
    }

    /** Root without its rights, where the system allows it. */
    static Optional<RunAs> unshared() {
        return Command.find("unshare")
                .map(unshare -> new RunAs(List.of(unshare.toString(), "-U"), Optional.empty()))
                .filter(account -> Command.run(account.becoming(List.of("true"))).succeeded());
    }

    /** An unprivileged user, whom root may become. */
    static RunAs user(int uid) {
        var setpriv =
                Command.find("setpriv")
                        .orElseThrow(() ->
                                new ServerException(
                                        "Postgres does not run as root, and here root has"
                                                + " neither the right to unshare nor the"
                                                + " command setpriv to become another user;"
                                                + " start Herald as another user."));
        return new RunAs(
                List.of(
                        setpriv.toString(),
                        "--reuid=" + uid,
                        "--regid=" + uid,
                        "--clear-groups",
                        "--"),
                Optional.of(uid + ":" + uid));
    }

    /** The command, run under this account. */
    List<String> becoming(List<String> command) {
        var whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Gives a folder and all in it to this account. */
    void own(Path path) {
        if (owner.isPresent()) {
            require(
                    Command.run(List.of("chown", "-R", owner.get(), path.toString())),
                    "%s cannot be given to user %s".formatted(path, owner.get()));
        }
    }

    /** Checks that the account reaches a folder, through all that are above it. */
    void requireReaches(Path path) {
        if (owner.isPresent()) {
            require(
                    Command.run(
                            becoming(
                                    List.of("sh", "-c", "test -r \"$0\" -a -x \"$0\"", "" + path))),
                    ("Postgres does not run as root, root has no right to unshare here, and user %s"
                                    + " cannot reach %s: start Herald as another user, or keep it in"
                                    + " a folder that all may enter")
                            .formatted(owner.get(), path));
        }
    }

    private static void require(Command.Result result, String problem) {
        if (!result.succeeded()) {
            throw new ServerException(
                    problem + (result.output().isEmpty() ? "." : " (" + result.output() + ")."));
        }
    }
}
