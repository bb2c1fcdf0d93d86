package io.spinexr.app;

import io.spinexr.app.audit.AuditCommand;
import io.spinexr.app.replay.ReplayCommand;
import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.folder.ModelException;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: one command per thing a user wants done. */
@Command(
    name = "spinexr",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Clinical decision support for spine radiographs.",
    footer = {"", "AI results assist a reader. They are no diagnosis."},
    subcommands = {
      ServeCommand.class,
      PacsCheckCommand.class,
      RestoreCommand.class,
      ReplayCommand.class,
      AnalyzeCommand.class,
      ModelsCommand.class,
      AuditCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class SpineXr implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs one command and exits with its status: 0 success, 1 failure, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /**
   * Runs commands in this VM, with more of them than this program has by itself.
   *
   * @param more objects of picocli's {@link Command}
   */
  public static CommandLine commandLine(Object... more) {
    CommandLine program = new CommandLine(new SpineXr());
    Stream.of(more).forEach(program::addSubcommand);
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(SpineXr::explainUsage)
        .setExecutionExceptionHandler(SpineXr::explain);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do.");
  }

  /** A word where a command belongs deserves a better answer than "unmatched argument". */
  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    boolean noCommand =
        failure instanceof UnmatchedArgumentException unmatched
            && !unmatched.getUnmatched().get(0).startsWith("-")
            && !command.getSubcommands().isEmpty();
    command
        .getErr()
        .println(
            noCommand
                ? "There is no command '%s'."
                    .formatted(((UnmatchedArgumentException) failure).getUnmatched().get(0))
                : failure.getMessage());
    command.usage(command.getErr());
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (!(failure instanceof Mistake || failure instanceof ModelException)) {
      throw failure;
    }
    command.getErr().println("spinexr: " + failure.getMessage());
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
