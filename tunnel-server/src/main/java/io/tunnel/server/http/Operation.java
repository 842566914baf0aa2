package io.tunnel.server.http;

import java.util.List;

/**
 * What a request asks for, told from its method, path and parameters alone, before anything is
 * looked up. Rights, limits and faults go by it.
 */
enum Operation {
  /** Begins an upload session. */
  CREATE_UPLOAD(Weight.LIGHT),
  /** Sends a block of an upload session. */
  WRITE_BLOCK(Weight.TRANSFER),
  /** Asks for an upload session and its blocks. */
  READ_UPLOAD(Weight.LIGHT),
  /** Commits an upload session. */
  COMMIT_UPLOAD(Weight.LIGHT),
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

  boolean isTransfer() {
    return weight == Weight.TRANSFER;
  }

  /** The operation of a request. */
  static Operation of(String method, RequestTarget target) {
    List<String> path = target.segments();
    boolean get = method.equals("GET") || method.equals("HEAD");
    if (path.size() < 3 || !path.get(0).equals("projects")) {
      return get ? READ_METADATA : OTHER;
    }
    return switch (path.get(2)) {
      case "tables", "schemas" -> ofTable(method, get, target);
      case "instances" -> ofInstance(method, get, target);
      default -> get ? READ_METADATA : OTHER;
    };
  }

  private static Operation ofTable(String method, boolean get, RequestTarget target) {
    if (method.equals("POST") && target.has("uploads")) {
      return CREATE_UPLOAD;
    }
    if (target.has("uploadid")) {
      return switch (method) {
        case "PUT" -> WRITE_BLOCK;
        case "POST" -> COMMIT_UPLOAD;
        default -> READ_UPLOAD;
      };
    }
    if (method.equals("POST") && target.has("downloads")) {
      return CREATE_DOWNLOAD;
    }
    if (get && target.has("downloadid")) {
      return target.has("data") ? READ_ROWS : READ_DOWNLOAD;
    }
    if (get) {
      List<String> path = target.segments();
      return path.get(path.size() - 1).equals("preview") ? READ_ROWS : READ_METADATA;
    }
    // A call that reads only, though it has a body: many tables at once.
    return method.equals("POST") && target.has("query") ? READ_METADATA : OTHER;
  }

  private static Operation ofInstance(String method, boolean get, RequestTarget target) {
    if (target.segments().size() == 3) {
      return get ? READ_INSTANCE : method.equals("POST") ? SUBMIT : OTHER;
    }
    if (method.equals("POST") && target.has("downloads")) {
      return CREATE_RESULT_DOWNLOAD;
    }
    if (get && target.has("data")) {
      return READ_ROWS;
    }
    if (get) {
      return target.has("downloadid") ? READ_DOWNLOAD : READ_INSTANCE;
    }
    return method.equals("PUT") ? CANCEL_INSTANCE : OTHER;
  }
}
