package io.tunnel.server.http;

import java.io.IOException;

/** Serves the calls below one kind of path. Answers each call exactly once, or throws. */
interface Resource {
  /** Serves a call; an exception becomes an error answer. */
  void serve(Call call) throws IOException;
}
