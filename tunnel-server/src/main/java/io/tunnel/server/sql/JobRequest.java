package io.tunnel.server.sql;

import io.tunnel.server.auth.Rights;
import java.util.Map;

/**
 * What a client submitted.
 *
 * @param project the project
 * @param owner who submitted it
 * @param rights what that account may do
 * @param taskType what kind of task it is
 * @param taskName the name of the task, which every answer repeats
 * @param query the statements; of a merge the name of its table
 * @param settings the settings of the job
 * @param priority the priority, which has no effect here
 * @param uniqueId the client's own id, by which a submission is known again; possibly empty
 * @param document the document as submitted
 */
public record JobRequest(
    String project,
    String owner,
    Rights rights,
    TaskType taskType,
    String taskName,
    String query,
    Map<String, String> settings,
    int priority,
    String uniqueId,
    String document) {
  /** Copies the settings. */
  public JobRequest {
    settings = Map.copyOf(settings);
  }
}
