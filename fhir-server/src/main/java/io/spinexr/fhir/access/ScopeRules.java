package io.spinexr.fhir.access;

import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.interceptor.auth.AuthorizationInterceptor;
import ca.uhn.fhir.rest.server.interceptor.auth.IAuthRule;
import ca.uhn.fhir.rest.server.interceptor.auth.IAuthRuleTester;
import ca.uhn.fhir.rest.server.interceptor.auth.RuleBuilder;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds every resource that is found, read, written or deleted against the token's scopes, as it is
 * and as it would be, however it is come by: included, in a version of the past, in a transaction,
 * by a condition.
 */
@Interceptor
public final class ScopeRules extends AuthorizationInterceptor {
  private final StoredResources stored;

  public ScopeRules(StoredResources stored) {
    this.stored = stored;
  }

  @Override
  public List<IAuthRule> buildRuleList(RequestDetails request) {
    return Reach.of(request, stored)
        .map(reach -> rules(new ByScopes(reach)))
        .orElseGet(() -> new RuleBuilder().allow().metadata().build());
  }

  private static List<IAuthRule> rules(IAuthRuleTester byScopes) {
    return new RuleBuilder()
        .allow()
        .metadata()
        .andThen()
        .allow()
        .transaction()
        .withAnyOperation()
        .andApplyNormalRules()
        .andThen()
        // What comes of a patch is an update, which meets the rules below.
        .allow()
        .patch()
        .allRequests()
        .andThen()
        .allow()
        .read()
        .allResources()
        .withAnyId()
        .withTester(byScopes)
        .andThen()
        .allow()
        .write()
        .allResources()
        .withAnyId()
        .withTester(byScopes)
        .andThen()
        .allow()
        .delete()
        .allResources()
        .withAnyId()
        .withTester(byScopes)
        .andThen()
        // Which are known once the condition has found something, or nothing.
        .allow()
        .createConditional()
        .allResources()
        .andThen()
        .allow()
        .updateConditional()
        .allResources()
        .andThen()
        .allow()
        .deleteConditional()
        .allResources()
        .andThen()
        // ScopedRequests has seen to who may call which.
        .allow()
        .operation()
        .withAnyName()
        .atAnyLevel()
        .andAllowAllResponses()
        .build();
  }

  @Override
  protected void handleDeny(RequestDetails request, Verdict verdict) {
    throw Refusal.beyondScopes(
        "Something of what was asked for is not within the scopes of the access token");
  }

  /** The rules know what is being done to a resource; the scopes, whether it may be. */
  private record ByScopes(Reach reach) implements IAuthRuleTester {
    @Override
    public boolean matches(RuleTestRequest asked) {
      return !(asked.resource instanceof Resource resource)
          || reach.permits(interaction(asked.operation), resource);
    }

    @Override
    public boolean matchesOutput(RuleTestRequest answered) {
      Resource resource = (Resource) Objects.requireNonNull(answered.resource);
      return reach.permits(Interaction.READ, resource)
          || answered.operation != RestOperationTypeEnum.READ
              && answered.operation != RestOperationTypeEnum.VREAD
              && reach.permits(Interaction.SEARCH, resource);
    }

    private static Interaction interaction(RestOperationTypeEnum operation) {
      return switch (operation) {
        case CREATE -> Interaction.CREATE;
        case DELETE -> Interaction.DELETE;
        default -> Interaction.UPDATE;
      };
    }
  }
}
