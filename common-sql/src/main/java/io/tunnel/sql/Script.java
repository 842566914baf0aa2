package io.tunnel.sql;

import java.util.List;
import java.util.Map;

/**
 * What a text contains.
 *
 * @param settings the {@code SET key=value;} lines in their order; a key set twice has its last
 *     value
 * @param statements the statements in their order, possibly none
 */
public record Script(Map<String, String> settings, List<Statement> statements) {}
