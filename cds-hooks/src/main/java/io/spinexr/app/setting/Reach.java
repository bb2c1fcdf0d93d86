package io.spinexr.app.setting;

import io.spinexr.cds.token.CdsProperties;
import io.spinexr.fhir.token.RegisteredPlace;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who else than this machine can reach the server, and what they could use unasked. */
final class Reach {
  private Reach() {}

  /**
   * The setting by which others can reach it; empty if nobody can. A proxy in front of loopback
   * shows in the public address, which on an analyst is that of the fronts.
   */
  static Optional<String> wayIn(InetAddress address, Settings settings) {
    if (!address.isLoopbackAddress()) {
      return Optional.of("server.address " + address.getHostAddress());
    }
    return isFront(settings) && !RegisteredPlace.isLoopback(settings.publicUrl())
        ? Optional.of("spinexr.public-url " + settings.publicUrl())
        : Optional.empty();
  }

  /** Whether the tokens of some client that calls here can be checked. */
  static boolean hasKeys(Settings settings) {
    return isFront(settings)
        && settings.cds().clients().stream().anyMatch(CdsProperties.Client::hasKeys);
  }

  /**
   * @param decided whether the settings say if CDS clients must prove who they are
   * @throws Mistake that says what to set
   */
  static void refuseOpenDoors(String wayIn, Settings settings, boolean decided) {
    if (settings.trustedNetwork()) {
      return;
    }
    List<String> missing = new ArrayList<>();
    if (isFront(settings)) {
      CdsProperties cds = settings.cds();
      if (decided && !cds.authenticate()) {
        missing.add("spinexr.cds.authenticate: true");
      }
      if (cds.clients().isEmpty()
          || !cds.clients().stream().allMatch(CdsProperties.Client::hasKeys)) {
        missing.add("issuer and jwks of every one of spinexr.cds.clients");
      }
      if (settings.fhir().issuers().isEmpty()) {
        missing.add("spinexr.fhir.issuers");
      }
    }
    if (settings.signIn() == null) {
      missing.add("spinexr.sign-in");
    }
    if (!missing.isEmpty()) {
      throw new Mistake(
          ("%s is reachable from the network, where nobody may come in unasked: set %s, or"
               + " spinexr.trusted-network: true if everyone who can reach the server may see and"
               + " change everything.")
              .formatted(wayIn, String.join(" and ", missing)));
    }
  }

  private static boolean isFront(Settings settings) {
    return settings.roles().contains(NodeRole.FRONT);
  }
}
