package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.registry.ISearchParamProvider;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import io.spinexr.fhir.code.Terminology;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.SearchParameter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The search parameters that act beside R4's: ours, as this program has them. Others may have been
 * stored by clients of an earlier version, or ours altered; what they say is evaluated for every
 * resource, so it must come from nobody else.
 */
final class OwnSearchParameters implements ISearchParamProvider {
  private static final Logger LOG = LoggerFactory.getLogger(OwnSearchParameters.class);

  private final DaoRegistry daos;
  private final Map<String, SearchParameter> own;

  OwnSearchParameters(DaoRegistry daos) {
    this.daos = daos;
    own =
        Terminology.transaction().getEntry().stream()
            .map(BundleEntryComponent::getResource)
            .filter(SearchParameter.class::isInstance)
            .map(SearchParameter.class::cast)
            .collect(Collectors.toMap(SearchParameter::getUrl, Function.identity()));
  }

  @Override
  public IBundleProvider search(SearchParameterMap all) {
    return new SimpleBundleProvider(List.copyOf(own.values()));
  }

  /** What is stored under an id, if it acts; HAPI takes null for nothing. */
  @Override
  @SuppressWarnings("NullAway") // HAPI's interface is not annotated
  public @Nullable IBaseResource read(IIdType id) {
    SearchParameter stored =
        (SearchParameter)
            daos.getResourceDao("SearchParameter").read(id, new SystemRequestDetails());
    SearchParameter acting = own.get(stored.getUrl());
    if (acting == null) {
      LOG.warn(
          "{} was stored by a client of an earlier version and is not used: only SpineXR's own"
              + " search parameters are",
          id.toUnqualifiedVersionless().getValue());
    }
    return acting;
  }
}
