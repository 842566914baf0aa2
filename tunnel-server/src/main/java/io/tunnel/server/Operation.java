package io.tunnel.server;

import java.util.List;
import java.util.Map;

/**
 * What a request asks for, told from its method, path and parameters alone, before anything is
 * looked up. Limits and the faults of {@link io.tunnel.server.control.ServerControl} go by it.
 */
public enum Operation {
  /** Begins an upload session. */
  CREATE_UPLOAD(Weight.LIGHT),
  /** Sends a block of an upload session. */
  WRITE_BLOCK(Weight.TRANSFER),
  /** Asks for an upload session and its blocks. */
  READ_UPLOAD(Weight.LIGHT),
  /** Commits an upload session. */
  COMMIT_UPLOAD(Weight.LIGHT),
  /** Begins an upsert session. */
  CREATE_UPSERT(Weight.LIGHT),
  /** Sends a pack of rows to an upsert session. */
  WRITE_PACK(Weight.TRANSFER),
  /** Asks for an upsert session. */
  READ_UPSERT(Weight.LIGHT),
  /** Commits an upsert session. */
  COMMIT_UPSERT(Weight.LIGHT),
  /** Gives an upsert session up. */
  ABORT_UPSERT(Weight.LIGHT),
  /** Begins a download session on a table. */
  CREATE_DOWNLOAD(Weight.LIGHT),
  /** Asks for a download session. */
  READ_DOWNLOAD(Weight.LIGHT),
  /** Reads rows of a download session, or a preview. */
  READ_ROWS(Weight.TRANSFER),
  /** Begins a download session on the result of a statement. */
  CREATE_RESULT_DOWNLOAD(Weight.LIGHT),
  /** Submits a statement. */
  SUBMIT(Weight.LIGHT),
  /** Asks for a statement's state or result. */
  READ_INSTANCE(Weight.LIGHT),
  /** Cancels a statement. */
  CANCEL_INSTANCE(Weight.LIGHT),
  /** Reads names, columns, partitions and the like. */
  READ_METADATA(Weight.LIGHT),
  /** Any other call. */
  OTHER(Weight.LIGHT);

  /** Whether the pace of a call is the client's. */
  enum Weight {
    /** A small document at most in each direction. */
    LIGHT,
    /** A body of any size, which takes as long as the client likes. */
    TRANSFER
  }

  private final Weight weight;

  Operation(Weight weight) {
    this.weight = weight;
  }

  /** Whether the call carries rows, at the pace of its client. */
  public boolean isTransfer() {
    return weight == Weight.TRANSFER;
  }

  /**
   * The operation of a request.
   *
   * @param path the decoded segments of the path behind the endpoint
   * @param parameters the decoded parameters; a name without value has the empty text
   */
  public static Operation of(String method, List<String> path, Map<String, String> parameters) {
    boolean get = method.equals("GET") || method.equals("HEAD");
    if (path.size() < 3 || !path.get(0).equals("projects")) {
      return get ? READ_METADATA : OTHER;
    }
    return switch (path.get(2)) {
      case "tables", "schemas" -> ofTable(method, get, path, parameters);
      case "instances" -> ofInstance(method, get, path, parameters);
      default -> get ? READ_METADATA : OTHER;
    };
  }

  private static Operation ofTable(
      String method, boolean get, List<String> path, Map<String, String> parameters) {
    if (path.get(path.size() - 1).equals("upserts")) {
      return ofUpsert(method, parameters);
    }
    if (method.equals("POST") && parameters.containsKey("uploads")) {
      return CREATE_UPLOAD;
    }
    if (parameters.containsKey("uploadid")) {
      return switch (method) {
        case "PUT" -> WRITE_BLOCK;
        case "POST" -> COMMIT_UPLOAD;
        default -> READ_UPLOAD;
      };
    }
    if (method.equals("POST") && parameters.containsKey("downloads")) {
      return CREATE_DOWNLOAD;
    }
    if (get && parameters.containsKey("downloadid")) {
      return parameters.containsKey("data") ? READ_ROWS : READ_DOWNLOAD;
    }
    if (get) {
      return path.get(path.size() - 1).equals("preview") ? READ_ROWS : READ_METADATA;
    }
    // A call that reads only, though it has a body: many tables at once.
    return method.equals("POST") && parameters.containsKey("query") ? READ_METADATA : OTHER;
  }

  private static Operation ofUpsert(String method, Map<String, String> parameters) {
    return switch (method) {
      case "POST" -> parameters.containsKey("upsertid") ? COMMIT_UPSERT : CREATE_UPSERT;
      case "PUT" -> WRITE_PACK;
      case "GET", "HEAD" -> READ_UPSERT;
      case "DELETE" -> ABORT_UPSERT;
      default -> OTHER;
    };
  }

  private static Operation ofInstance(
      String method, boolean get, List<String> path, Map<String, String> parameters) {
    if (path.size() == 3) {
      return get ? READ_INSTANCE : method.equals("POST") ? SUBMIT : OTHER;
    }
    if (method.equals("POST") && parameters.containsKey("downloads")) {
      return CREATE_RESULT_DOWNLOAD;
    }
    if (get && parameters.containsKey("data")) {
      return READ_ROWS;
    }
    if (get) {
      return parameters.containsKey("downloadid") ? READ_DOWNLOAD : READ_INSTANCE;
    }
    if (method.equals("PUT")) {
      // A statement for an interactive session; or the state that the instance is to have.
      return parameters.containsKey("info") ? SUBMIT : CANCEL_INSTANCE;
    }
    return OTHER;
  }
}
