package io.spinexr.app;

import io.spinexr.app.server.Mistake;
import io.spinexr.inference.ModelException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: one command per thing a user wants done. */
@Command(
    name = "spinexr",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Clinical decision support for spine radiographs.",
    footer = {"", "AI results assist a reader. They are no diagnosis."},
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      AnalyzeCommand.class,
      PhantomCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      ModelsCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class SpineXr implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs one command and exits with its status: 0 success, 1 failure, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command in this VM. */
  static int run(String... arguments) {
    return new CommandLine(new SpineXr())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(SpineXr::explain)
        .execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do, e.g. spinexr demo.");
  }

  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (!(failure instanceof Mistake || failure instanceof ModelException)) {
      throw failure;
    }
    command.getErr().println("spinexr: " + failure.getMessage());
    return CommandLine.ExitCode.SOFTWARE;
  }
}
