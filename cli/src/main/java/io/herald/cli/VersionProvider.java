package io.herald.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        var version = Herald.class.getPackage().getImplementationVersion();
        return new String[] {
            "herald " + (version == null ? "(not packaged)" : version),
            "JDK " + Runtime.version() + ", " + System.getProperty("java.home")
        };
    }
}
