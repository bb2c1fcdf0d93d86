package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.model.ExpungeOptions;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import io.spinexr.fhir.upkeep.RecordEnd;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Removes resources from our own FHIR server with their history: they cannot be read again, by
 * version neither.
 */
public final class RecordRemoval {
  private final RecordEnd end;
  private final DaoRegistry daos;
  private final JdbcClient database;

  RecordRemoval(LocalStore store, DaoRegistry daos, DataSource database) {
    this.end = new RecordEnd(store);
    this.daos = daos;
    this.database = JdbcClient.create(database);
  }

  /** As {@link RecordEnd#ofResult}. */
  public List<String> ofResult(String studyUid, String modelSetId) {
    return end.ofResult(studyUid, modelSetId);
  }

  /** As {@link RecordEnd#ofOrder}. */
  public List<String> ofOrder(String orderKey) {
    return end.ofOrder(orderKey);
  }

  /** As {@link RecordEnd#place}. */
  public static int place(String address) {
    return RecordEnd.place(address);
  }

  /**
   * Removes one resource; one that is gone already, or half gone, too.
   *
   * @param address {@code Task/17}
   * @return false if others refer to it, so that it stays as it is
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException if it met another
   *     writer: try again
   */
  public boolean remove(String address) {
    IIdType id = new IdType(address);
    if (isReferredTo(id)) {
      return false;
    }
    IFhirResourceDao<?> dao = daos.getResourceDao(id.getResourceType());
    try {
      dao.delete(id, new SystemRequestDetails());
      dao.expunge(
          id,
          new ExpungeOptions().setExpungeDeletedResources(true).setExpungeOldVersions(true),
          new SystemRequestDetails());
    } catch (ResourceGoneException | ResourceNotFoundException e) {
      // Somebody has removed it.
    }
    return true;
  }

  private boolean isReferredTo(IIdType id) {
    return database
            .sql(
                """
                select count(*) from hfj_res_link l
                join hfj_resource r on r.res_id = l.target_resource_id
                where r.res_type = :type and r.fhir_id = :id and l.src_resource_id <> r.res_id\
                """)
            .param("type", id.getResourceType())
            .param("id", id.getIdPart())
            .query(Long.class)
            .single()
        > 0;
  }

  /** A picture that another one has replaced, or that was emptied. */
  private record Superseded(String id, long version) {}

  /**
   * Removes versions of {@link io.spinexr.fhir.result.PictureResource pictures} that are not the
   * present one.
   *
   * @param before only what was superseded before this time
   * @param most how many at most
   * @return how many
   */
  public int removeSupersededPictures(Instant before, int most) {
    List<Superseded> pictures =
        database
            .sql(
                """
                select r.fhir_id, v.res_ver from hfj_res_ver v
                join hfj_resource r on r.res_id = v.res_id
                where v.res_type = 'Binary' and length(r.fhir_id) = 64 and v.res_ver < r.res_ver
                  and (select min(n.res_updated) from hfj_res_ver n
                    where n.res_id = v.res_id and n.res_ver > v.res_ver) < :before
                order by v.res_updated, v.pid limit :most\
                """)
            .param("before", Timestamp.from(before))
            .param("most", most)
            .query((row, number) -> new Superseded(row.getString(1), row.getLong(2)))
            .list();
    for (Superseded picture : pictures) {
      daos.getResourceDao("Binary")
          .expunge(
              new IdType("Binary", picture.id(), Long.toString(picture.version())),
              new ExpungeOptions().setExpungeOldVersions(true),
              new SystemRequestDetails());
    }
    return pictures.size();
  }
}
