package io.tunnel.server.error;

/**
 * Every error that the server answers with: code, status and the message that is used when nothing
 * more exact is known (specification: regular tunnel, section 7.2; control plane, section 2.3).
 */
public enum ServiceError {
  /** No privilege. */
  ACCESS_DENIED("AccessDenied", 403, "Access is denied."),
  /** The account has no right to do this. */
  NO_PERMISSION("NoPermission", 403, "ODPS-0420095:Access Denied - you have no privilege."),
  /** No identity, or an unknown one. */
  UNAUTHORIZED("Unauthorized", 401, "The request has no valid authorization header."),
  /** Wrong secret, or a request changed on its way. */
  SIGNATURE_NOT_MATCH(
      "SignatureNotMatch", 403, "ODPS-0410042:Invalid signature value - check the access key."),
  /**
   * Unknown access key id, or another security token than the key's. Not 401, which the JDK gives
   * to no caller that streams its body: the official SDK would say "Invalid connection" and nothing
   * else.
   */
  INVALID_CREDENTIALS(
      "InvalidParameter", 403, "ODPS-0410051:Invalid credentials - accessId not found."),
  /** Clock differs too much. */
  REQUEST_TIME_TOO_SKEWED(
      "RequestTimeTooSkewd", 403, "ODPS-0410031:Authentication request expired."),

  /** Something in the request is wrong. */
  INVALID_ARGUMENT("InvalidArgument", 400, "An argument is invalid."),
  /** A parameter has an impossible value. */
  INVALID_PARAMETER("InvalidParameter", 400, "A parameter is invalid."),
  /** The path does not name anything. */
  INVALID_URI("InvalidURI", 400, "The address cannot be read."),
  /** Impossible project or table name. */
  INVALID_PROJECT_TABLE("InvalidProjectTable", 400, "The project or table name is invalid."),
  /** Wrong partition. */
  INVALID_PARTITION_SPEC("InvalidPartitionSpec", 400, "The partition spec is invalid."),
  /** A partitioned table needs a partition. */
  MISSING_PARTITION_SPEC(
      "MissingPartitionSpec", 400, "The table is partitioned: name a complete partition."),
  /** Unknown column. */
  INVALID_COLUMN_SPEC("InvalidColumnSpec", 400, "The column list is invalid."),
  /** Rows that are not there. */
  INVALID_ROW_RANGE("InvalidRowRange", 400, "The row range is invalid."),
  /** Block id out of range. */
  INVALID_BLOCK_ID("InvalidBlockID", 400, "The block id must lie between 0 and 19999."),
  /** The session belongs to another table or partition. */
  INVALID_RESOURCE_SPEC(
      "InvalidResourceSpec", 400, "Project, table or partition differ from the session's."),
  /** The body does not match the schema, or breaks off. */
  MALFORMED_DATA_STREAM("MalformedDataStream", 400, "The body is not well-formed."),
  /** A checksum is wrong. */
  CORRUPTED_DATA_STREAM("CorruptedDataStream", 400, "The body is damaged: send it again."),
  /** The connection broke. */
  INCOMPLETE_BODY("IncompleteBody", 400, "The body ended too early."),
  /** Nothing arrived for too long. The service knows 400 and 408; 408 is none of its 15. */
  REQUEST_TIME_OUT("RequestTimeOut", 400, "The connection was idle for too long."),
  /** A body whose end is not told. The service knows 400 and 411; 411 is none of its 15. */
  MISSING_CONTENT_LENGTH(
      "MissingContentLength",
      400,
      "A PUT needs a body: send Content-Length or Transfer-Encoding: chunked."),
  /** XML that cannot be read. */
  MALFORMED_XML("MalformedXML", 400, "The XML document cannot be read."),
  /** The body is too large. */
  MAX_MESSAGE_LENGTH_EXCEEDED("MaxMessageLengthExceeded", 400, "The body is too large."),
  /** An HTTP header names something unknown. */
  MALFORMED_HEADER_VALUE("MalformedHeaderValue", 400, "A header has an invalid value."),

  /** No such project. */
  NO_SUCH_PROJECT("NoSuchProject", 404, "ODPS-0420095:The project does not exist."),
  /** No such schema. */
  NO_SUCH_SCHEMA("NoSuchSchema", 404, "The schema does not exist."),
  /** No such table. */
  NO_SUCH_TABLE("NoSuchTable", 404, "ODPS-0130131:Table not found."),
  /** No such partition. */
  NO_SUCH_PARTITION("NoSuchPartition", 404, "The specified partition does not exist."),
  /** No such upload session. */
  NO_SUCH_UPLOAD("NoSuchUpload", 404, "The upload session does not exist."),
  /** No such download session. */
  NO_SUCH_DOWNLOAD("NoSuchDownload", 404, "The download session does not exist."),
  /** No such upsert session, or one that takes nothing any more. */
  UPSERT_SESSION_NOT_FOUND(
      "UpsertSessionNotFound", 404, "The upsert session does not exist or has ended."),
  /** What was uploaded is gone. */
  NO_SUCH_DATA("NoSuchData", 404, "The uploaded data of the session is not there any more."),
  /** No such statement. */
  NO_SUCH_INSTANCE("NoSuchInstance", 404, "The instance does not exist."),
  /** Anything else that is not there. */
  NO_SUCH_OBJECT("NoSuchObject", 404, "The object does not exist."),
  /** The method does not fit the resource. */
  METHOD_NOT_ALLOWED("MethodNotAllowed", 405, "The method is not allowed on this resource."),

  /** The session is not in the right state. */
  STATUS_CONFLICT("StatusConflict", 409, "The session is not in a state that allows this."),
  /** The rows of a download session are not those of the table any more. */
  TABLE_MODIFIED(
      "TableModified",
      409,
      "The specified table has been modified since the download session was made."),
  /** Only what runs can be cancelled. */
  INVALID_STATE_SETTING(
      "InvalidStateSetting", 409, "The instance has terminated and cannot be cancelled."),
  /** The statement still runs. */
  INSTANCE_NOT_TERMINATE("InstanceNotTerminate", 409, "The instance has not terminated."),
  /** The statement still runs, and its rows were asked for without a session. */
  ODPS_TASK_TIMEOUT(
      "OdpsTaskTimeout", 409, "Wait for cache data timeout: the statement still runs, ask again."),
  /** The statement has no rows. */
  INSTANCE_TYPE_NOT_SUPPORTED(
      "InstanceTypeNotSupported", 400, "Non select query not supported: the instance has no rows."),
  /** The statement failed. */
  TASK_FAILED("TaskFailed", 400, "The task has failed."),

  /** Too much within a time. */
  FLOW_EXCEEDED("FlowExceeded", 429, "Flow exceeded."),
  /** Too much at once. */
  SLOT_EXCEEDED("SlotExceeded", 429, "Your slot quota is exceeded."),

  /** The store failed. */
  DATA_STORE_ERROR("DataStoreError", 500, "The rows cannot be read or written."),
  /** Something that should not happen. */
  INTERNAL_SERVER_ERROR("InternalServerError", 500, "The server failed."),
  /** Something that the local server does not do. */
  NOT_IMPLEMENTED("NotImplemented", 422, "The local server does not implement this call."),
  /** The server closes. */
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503, "The server is closing.");

  private final String code;
  private final int status;
  private final String message;

  ServiceError(String code, int status, String message) {
    this.code = code;
    this.status = status;
    this.message = message;
  }

  /** The code on the wire. */
  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The message if there is no more exact one. */
  public String message() {
    return message;
  }

  /** An exception with the general message. */
  public ServiceException exception() {
    return new ServiceException(this, message, null, 0);
  }

  /** An exception with an exact message. */
  public ServiceException exception(String exactMessage) {
    return new ServiceException(this, exactMessage, null, 0);
  }

  /**
   * An exception for a condition that passes.
   *
   * @param millis after which time the request may succeed
   */
  public ServiceException retryable(String exactMessage, long millis) {
    return new ServiceException(this, exactMessage, null, millis);
  }

  /** An exception with an exact message and the failure that showed it. */
  public ServiceException exception(String exactMessage, Throwable cause) {
    return new ServiceException(this, exactMessage, cause, 0);
  }
}
