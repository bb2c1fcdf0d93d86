package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.jpa.searchparam.ResourceSearch;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.PatientHoldings;
import io.spinexr.fhir.PatientTraces;
import io.spinexr.fhir.store.OwnStore;
import jakarta.persistence.PersistenceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Our own FHIR server, in process. */
final class LocalStore implements OwnStore {
  private final DaoRegistry daos;
  private final IFhirSystemDao<Bundle, Meta> systemDao;
  private final MatchUrlService urls;
  private final ISearchParamRegistry searchParameters;
  private final StoredPatient patient;

  LocalStore(
      DaoRegistry daos,
      IFhirSystemDao<Bundle, Meta> systemDao,
      MatchUrlService urls,
      ISearchParamRegistry searchParameters,
      StoredPatient patient) {
    this.daos = daos;
    this.systemDao = systemDao;
    this.urls = urls;
    this.searchParameters = searchParameters;
    this.patient = patient;
  }

  @Override
  public String name() {
    return "the FHIR server";
  }

  @Override
  public List<Resource> search(String url) {
    ResourceSearch search = urls.getResourceSearchWithIncludesAndRevIncludes(url);
    SearchParameterMap parameters = search.getSearchParameterMap().setLoadSynchronous(true);
    List<IBaseResource> found =
        guarded(
            () ->
                daos.getResourceDao(search.getResourceName())
                    .search(parameters, new SystemRequestDetails())
                    .getAllResources());
    return found.stream().map(Resource.class::cast).toList();
  }

  @Override
  public List<Resource> referringTo(String address) {
    Map<String, Resource> found = new LinkedHashMap<>();
    for (String type : FhirStoreConfiguration.RESOURCE_TYPES) {
      searchParameters
          .getActiveSearchParams(type, ISearchParamRegistry.SearchParamLookupContextEnum.SEARCH)
          .values()
          .stream()
          .filter(parameter -> parameter.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
          .filter(
              parameter -> !parameter.hasTargets() || parameter.getTargets().contains("Patient"))
          .flatMap(parameter -> search(type + "?" + parameter.getName() + "=" + address).stream())
          .forEach(resource -> found.putIfAbsent(resource.getId(), resource));
    }
    return List.copyOf(found.values());
  }

  @Override
  public PatientHoldings held(PatientTraces traces) {
    return guarded(() -> patient.held(traces));
  }

  @Override
  public void erase(PatientTraces traces) {
    guarded(
        () -> {
          patient.erase(traces);
          return true;
        });
  }

  @Override
  public Bundle transaction(Bundle transaction) {
    return guarded(() -> systemDao.transaction(new SystemRequestDetails(), transaction));
  }

  /** The database's failures as the HTTP status that a client would see. */
  private static <T> T guarded(Supplier<T> call) {
    try {
      return call.get();
    } catch (ConcurrencyFailureException e) {
      ResourceVersionConflictException conflict =
          new ResourceVersionConflictException("Two writes met in the database");
      conflict.initCause(e);
      throw conflict;
    } catch (DataAccessException | TransactionException | PersistenceException e) {
      throw new InternalErrorException("The database failed", e);
    }
  }
}
