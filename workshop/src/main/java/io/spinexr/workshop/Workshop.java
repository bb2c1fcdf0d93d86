package io.spinexr.workshop;

import io.spinexr.app.SpineXr;
import picocli.CommandLine;

/** The program with the commands that make and measure models, and play a hospital. */
public final class Workshop {
  private Workshop() {}

  /** Runs one command and exits with its status: 0 success, 1 failure, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return SpineXr.commandLine(
        new DemoCommand(),
        new PhantomCommand(),
        new TrainCommand(),
        new PredictCommand(),
        new EvaluateCommand(),
        new CompareCommand(),
        new AcceptCommand(),
        new CalibrateCommand(),
        new BenchCommand());
  }
}
