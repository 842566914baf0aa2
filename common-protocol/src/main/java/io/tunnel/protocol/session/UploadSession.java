package io.tunnel.protocol.session;

import io.tunnel.protocol.TunnelException;
import io.tunnel.protocol.type.ArrowMapping;
import io.tunnel.protocol.type.TableSchema;
import java.util.Set;
import java.util.SortedSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An upload session: any number of blocks, invisible until they are committed all at once
 * (specification: regular tunnel, section 2). A session that is not committed expires by itself
 * after 24 hours; there is nothing to close. Thread safe.
 */
public final class UploadSession {
  private final SessionService service;
  private final UploadHandle handle;
  private final TableSchema schema;
  private volatile SessionState state;

  UploadSession(
      SessionService service, UploadHandle handle, TableSchema schema, SessionState state) {
    this.service = service;
    this.handle = handle;
    this.schema = schema;
    this.state = state;
  }

  /** The id that the service has given. */
  public String id() {
    return handle.id();
  }

  /** What another process needs in order to write blocks. */
  public UploadHandle handle() {
    return handle;
  }

  /** The columns of the table. */
  public TableSchema schema() {
    return schema;
  }

  /** The Arrow schema of the batches that a block takes. */
  public Schema arrowSchema() {
    return schema.arrowSchema();
  }

  /** How rows are encoded unless the caller asks for something else. */
  public BodyFormat format() {
    return BodyFormat.of(schema.columns(), ArrowMapping.Form.WIRE);
  }

  /** The state as of the last answer. */
  public UploadStatus status() {
    return state.status();
  }

  /** The ids of acknowledged blocks as of the last answer. */
  public SortedSet<Integer> blocks() {
    return state.blocks();
  }

  /** The longest text or binary value in bytes that the service takes. */
  public long maxFieldSize() {
    return state.maxFieldSize();
  }

  /**
   * Opens a block. Nothing is sent before rows are written. Of several writers on one id the one
   * that finishes last wins.
   *
   * @param blockId 0 to 19999
   * @param allocator not used for anything that outlives a call of the writer
   * @throws IllegalArgumentException if the id is out of range
   */
  public BlockWriter openBlock(int blockId, BufferAllocator allocator) throws TunnelException {
    return openBlock(blockId, allocator, format());
  }

  /** As {@link #openBlock(int, BufferAllocator)}, with the encoding chosen by the caller. */
  public BlockWriter openBlock(int blockId, BufferAllocator allocator, BodyFormat format)
      throws TunnelException {
    return service.openBlock(handle, schema, blockId, format, 0);
  }

  /**
   * Opens a block that has a version, for writers that may write it again without knowing of each
   * other. Nothing is sent before rows are written.
   *
   * <p>The specification knows the parameter only; what a service does with it is not confirmed.
   * The local server does not replace a block by one with a smaller version: the writer then fails
   * with code {@code StatusConflict}. Among equal versions the one that finishes last wins.
   *
   * @param blockId 0 to 19999
   * @param version from 1 on; 0 for none
   * @param allocator not used for anything that outlives a call of the writer
   * @throws IllegalArgumentException if the id or the version is out of range
   */
  public BlockWriter openBlock(int blockId, long version, BufferAllocator allocator)
      throws TunnelException {
    return service.openBlock(handle, schema, blockId, format(), version);
  }

  /**
   * Asks for state and blocks.
   *
   * @throws TunnelException with code {@code NoSuchUpload} if the service does not know the session
   */
  public void reload() throws TunnelException {
    state = service.reload(handle);
  }

  /**
   * Makes all blocks visible at once. If an answer gets lost the state of the session decides, so
   * that success and failure are never guessed. A session that is committed already stays so, and
   * the call succeeds.
   *
   * @param expectedBlockIds exactly the blocks that the session must hold
   * @throws TunnelException with code {@code InConsistentBlockList}, naming the ids, if the session
   *     holds other blocks; nothing is committed then
   */
  public void commit(Set<Integer> expectedBlockIds) throws TunnelException {
    state = new Commit(service, handle, expectedBlockIds).run();
  }
}
