package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.Include;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import io.spinexr.fhir.FhirStore;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Our own FHIR server, in process. */
final class LocalStore implements FhirStore {
  private final DaoRegistry daos;
  private final IFhirSystemDao<Bundle, Meta> systemDao;

  LocalStore(DaoRegistry daos, IFhirSystemDao<Bundle, Meta> systemDao) {
    this.daos = daos;
    this.systemDao = systemDao;
  }

  @Override
  public String name() {
    return "the FHIR server";
  }

  @Override
  public List<Resource> find(String type, String system, String value) {
    SearchParameterMap search =
        SearchParameterMap.newSynchronous("identifier", new TokenParam(system, value));
    if (type.equals("DiagnosticReport")) {
      search.addInclude(new Include("DiagnosticReport:result"));
    }
    List<IBaseResource> found =
        guarded(
            () ->
                daos.getResourceDao(type)
                    .search(search, new SystemRequestDetails())
                    .getAllResources());
    return found.stream().map(Resource.class::cast).toList();
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
