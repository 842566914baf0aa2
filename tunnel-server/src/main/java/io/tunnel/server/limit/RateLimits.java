package io.tunnel.server.limit;

/**
 * What a table, a project or a block may take of the server (specification: regular tunnel, section
 * 2.8). {@link Integer#MAX_VALUE} means no limit.
 *
 * @param uploadSessions upload sessions created on a table within 5 minutes
 * @param blocks blocks written to a table within 5 minutes
 * @param activeUploads upload sessions of a table that write or commit at the same time
 * @param commits commits into a table within 15 seconds
 * @param downloadSessions download sessions created on a table within 5 minutes
 * @param resultDownloads download sessions on results of statements created in a project within 5
 *     minutes
 * @param slots blocks and row ranges of a project on their way at the same time
 * @param bytesPerSecond the pace of one block or row range; {@link Integer#MAX_VALUE} does not slow
 * @param upsertCommits upsert sessions committed into a table or partition within a minute
 * @param isolate whether clients that go on when they are told to wait are refused for a while
 */
public record RateLimits(
    int uploadSessions,
    int blocks,
    int activeUploads,
    int commits,
    int downloadSessions,
    int resultDownloads,
    int slots,
    int bytesPerSecond,
    int upsertCommits,
    boolean isolate) {
  /** No limit but the server's own strength. */
  public static final RateLimits NONE =
      new RateLimits(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  /**
   * The published limits, with the slots of the largest shared resource groups but one. The pace of
   * 10 MB/s and the isolation of clients are not in it: a test that wants them asks for them.
   */
  public static final RateLimits MAXCOMPUTE =
      new RateLimits(500, 500, 32, 75, 200, 200, 300, Integer.MAX_VALUE, 1, false);

  /** Limits that isolate nobody and count no commits of upsert sessions. */
  public RateLimits(
      int uploadSessions,
      int blocks,
      int activeUploads,
      int commits,
      int downloadSessions,
      int resultDownloads,
      int slots,
      int bytesPerSecond) {
    this(
        uploadSessions,
        blocks,
        activeUploads,
        commits,
        downloadSessions,
        resultDownloads,
        slots,
        bytesPerSecond,
        Integer.MAX_VALUE,
        false);
  }

  /** Rejects what is not positive. */
  public RateLimits {
    if (uploadSessions < 1
        || blocks < 1
        || activeUploads < 1
        || commits < 1
        || downloadSessions < 1
        || resultDownloads < 1
        || slots < 1
        || bytesPerSecond < 1
        || upsertCommits < 1) {
      throw new IllegalArgumentException("Every limit must be positive");
    }
  }
}
