package io.spinexr.app.health;

import io.spinexr.service.Oversight;
import java.util.Locale;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Whether orders find their images: if many do not, patients may be mapped wrongly. */
public final class OrderHealth implements HealthIndicator {
  private final Oversight oversight;

  public OrderHealth(Oversight oversight) {
    this.oversight = oversight;
  }

  @Override
  public Health health() {
    Oversight.Verdict verdict = oversight.verdict();
    Health.Builder health =
        verdict.alarming()
            ? Health.down()
                .withDetail(
                    "reason",
                    String.format(
                        Locale.ROOT,
                        "%.0f %% of a week's orders are confirmed by no images, number or dispatch"
                            + " (%.0f %% before): check spinexr.patient-matching",
                        100 * verdict.week().share(),
                        100 * verdict.before().share()))
            : Health.up();
    return health
        .withDetail("orders", verdict.week().placed())
        .withDetail("unconfirmed", verdict.week().unconfirmed())
        .build();
  }
}
