package io.herald.cli;

import picocli.CommandLine.Command;

/** What every command has. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        usageHelpWidth = 100,
        usageHelpAutoWidth = false,
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%nArguments:%n",
        commandListHeading = "%nCommands:%n",
        descriptionHeading = "%n",
        footerHeading = "%nExamples:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "  0:done",
            "  1:what was asked for failed",
            "  2:the command line makes no sense",
            "  3:the environment lacks something: a JDK, disk, a port, a running stack",
            "130:ended by Ctrl-C or SIGTERM before it was done"
        })
abstract class SharedOptions {}
