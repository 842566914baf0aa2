package io.tunnel.sql;

import org.jspecify.annotations.Nullable;

/**
 * A column in CREATE TABLE.
 *
 * @param name in lower case
 * @param type the type in MaxCompute's text form: keywords in upper case, no blanks, for example
 *     {@code MAP<STRING,DECIMAL(10,2)>}; names of struct fields in lower case, back-ticked when
 *     they are no plain words. That the type exists is not checked here
 * @param nullable false after NOT NULL
 * @param defaultValue the value of the DEFAULT clause, or null without one
 * @param comment the comment, or null without one
 */
public record ColumnDefinition(
    String name,
    String type,
    boolean nullable,
    @Nullable Value defaultValue,
    @Nullable String comment) {}
