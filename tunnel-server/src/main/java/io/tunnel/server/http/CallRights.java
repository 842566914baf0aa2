package io.tunnel.server.http;

import io.tunnel.server.auth.Right;
import io.tunnel.server.error.ServiceError;
import io.tunnel.server.error.ServiceException;
import io.tunnel.server.sql.Instance;
import java.util.List;

/**
 * The rights that calls need in the project that their path names. What a submitted statement needs
 * beyond is found when it runs.
 */
final class CallRights {
  private CallRights() {}

  /**
   * Refuses a call whose sender lacks the right, whether or not the project exists.
   *
   * @throws ServiceException that names the right, the account and the object
   */
  static void require(Call call) throws ServiceException {
    List<String> path = call.segments();
    if (!call.target().project().isEmpty()) {
      require(call, needed(call), call.target().project(), String.join("/", path));
    }
  }

  /**
   * Refuses who may not do everything: the control of a server drops all tables and goes beyond
   * every project.
   */
  static void requireEverything(Call call) throws ServiceException {
    if (!call.rights().isEverything()) {
      throw ServiceError.NO_PERMISSION.exception(
          "ODPS-0420095:Access Denied - the control of the server needs an account without limits"
              + " to its rights, which "
              + call.owner()
              + " is not");
    }
  }

  /** Refuses a sender who lacks a right in a project. */
  static void require(Call call, Right needed, String project, String object)
      throws ServiceException {
    if (!call.rights().allow(needed, project)) {
      throw ServiceError.NO_PERMISSION.exception(
          "ODPS-0420095:Access Denied - "
              + call.rights().refusal(needed, call.owner(), object, project));
    }
  }

  private static Right needed(Call call) {
    List<String> path = call.segments();
    if (path.size() > 2) {
      switch (path.get(2)) {
        case "schemas" -> {
          // Whatever parameters come along: only below a schema there are tables.
          if (path.size() < 6) {
            return call.isGet() ? Right.READ : Right.ADMIN;
          }
        }
        case "users", "roles" -> {
          return Right.ADMIN;
        }
        // Counters of the client about itself, and questions about the sender's own rights.
        case "logs", "authorization" -> {
          return Right.READ;
        }
        default -> {}
      }
    }
    return switch (call.operation()) {
      case CREATE_UPLOAD,
          WRITE_BLOCK,
          READ_UPLOAD,
          COMMIT_UPLOAD,
          CREATE_UPSERT,
          WRITE_PACK,
          COMMIT_UPSERT,
          ABORT_UPSERT ->
          Right.WRITE;
      case CREATE_DOWNLOAD,
          READ_DOWNLOAD,
          READ_UPSERT,
          READ_ROWS,
          CREATE_RESULT_DOWNLOAD,
          SUBMIT,
          READ_INSTANCE,
          CANCEL_INSTANCE,
          READ_METADATA ->
          Right.READ;
      case OTHER -> isOnTable(path) ? Right.WRITE : Right.ADMIN;
    };
  }

  /** A table's rows and partitions are changed by such calls, its definition only by SQL. */
  private static boolean isOnTable(List<String> path) {
    return path.size() > 3 && (path.get(2).equals("tables") || path.get(2).equals("schemas"));
  }

  /**
   * Whether the sender may see state, text and failure of an instance, and cancel it: the one who
   * submitted it, and who has admin in its project.
   */
  static boolean mayManage(Call call, Instance instance) {
    return instance.job().owner().equals(call.owner())
        || call.rights().allow(Right.ADMIN, instance.job().project());
  }

  /** Refuses who may not see or cancel an instance. */
  static void requireManage(Call call, Instance instance) throws ServiceException {
    if (!mayManage(call, instance)) {
      String project = instance.job().project();
      throw ServiceError.NO_PERMISSION.exception(
          "ODPS-0420095:Access Denied - "
              + call.rights().refusal(Right.ADMIN, call.owner(), object(instance), project)
              + ", which a statement that "
              + instance.job().owner()
              + " submitted needs");
    }
  }

  /**
   * Refuses who may not read the result of an instance: only the one who submitted it, because it
   * may come from other projects, and who may do everything everywhere.
   */
  static void requireResult(Call call, Instance instance) throws ServiceException {
    if (!instance.job().owner().equals(call.owner()) && !call.rights().isEverything()) {
      throw ServiceError.NO_PERMISSION.exception(
          "ODPS-0420095:Access Denied - You have NO privilege 'read' on {acs:odps:*:"
              + object(instance)
              + "}: its result is for "
              + instance.job().owner()
              + ", who submitted it, and for accounts that may do everything, not for "
              + call.owner());
    }
  }

  private static String object(Instance instance) {
    return "projects/" + instance.job().project() + "/instances/" + instance.id();
  }
}
