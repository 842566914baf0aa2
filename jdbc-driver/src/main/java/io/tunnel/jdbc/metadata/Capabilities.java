package io.tunnel.jdbc.metadata;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A mixin of what MaxCompute's SQL and this driver can do, as yes and no. */
interface Capabilities extends DatabaseMetaData {
  @Override
  default boolean supportsConvert() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsConvert(int fromType, int toType) throws SQLException {
    return false;
  }

  @Override
  default boolean supportsTransactionIsolationLevel(int level) throws SQLException {
    return level == Connection.TRANSACTION_READ_COMMITTED;
  }

  @Override
  default boolean supportsResultSetType(int type) throws SQLException {
    return type == ResultSet.TYPE_FORWARD_ONLY;
  }

  @Override
  default boolean supportsResultSetConcurrency(int type, int concurrency) throws SQLException {
    return type == ResultSet.TYPE_FORWARD_ONLY && concurrency == ResultSet.CONCUR_READ_ONLY;
  }

  @Override
  default boolean supportsResultSetHoldability(int holdability) throws SQLException {
    return holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  @Override
  default boolean allTablesAreSelectable() throws SQLException {
    return true;
  }

  @Override
  default boolean nullsAreSortedLow() throws SQLException {
    return true;
  }

  @Override
  default boolean storesLowerCaseIdentifiers() throws SQLException {
    return true;
  }

  @Override
  default boolean storesLowerCaseQuotedIdentifiers() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsAlterTableWithAddColumn() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsAlterTableWithDropColumn() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsColumnAliasing() throws SQLException {
    return true;
  }

  @Override
  default boolean nullPlusNonNullIsNull() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsTableCorrelationNames() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsExpressionsInOrderBy() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOrderByUnrelated() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsGroupBy() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsGroupByUnrelated() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsGroupByBeyondSelect() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsMultipleTransactions() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsNonNullableColumns() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsMinimumSQLGrammar() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOuterJoins() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsFullOuterJoins() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsLimitedOuterJoins() throws SQLException {
    return true;
  }

  @Override
  default boolean isCatalogAtStart() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsSchemasInDataManipulation() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsSchemasInTableDefinitions() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsCatalogsInDataManipulation() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsCatalogsInTableDefinitions() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsSubqueriesInComparisons() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsSubqueriesInExists() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsSubqueriesInIns() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsCorrelatedSubqueries() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsUnion() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsUnionAll() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOpenCursorsAcrossCommit() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOpenCursorsAcrossRollback() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOpenStatementsAcrossCommit() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsOpenStatementsAcrossRollback() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsTransactions() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsDataManipulationTransactionsOnly() throws SQLException {
    return true;
  }

  @Override
  default boolean supportsBatchUpdates() throws SQLException {
    return true;
  }

  @Override
  default boolean allProceduresAreCallable() throws SQLException {
    return false;
  }

  @Override
  default boolean nullsAreSortedHigh() throws SQLException {
    return false;
  }

  @Override
  default boolean nullsAreSortedAtStart() throws SQLException {
    return false;
  }

  @Override
  default boolean nullsAreSortedAtEnd() throws SQLException {
    return false;
  }

  @Override
  default boolean usesLocalFiles() throws SQLException {
    return false;
  }

  @Override
  default boolean usesLocalFilePerTable() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsMixedCaseIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean storesUpperCaseIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean storesMixedCaseIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsMixedCaseQuotedIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean storesUpperCaseQuotedIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean storesMixedCaseQuotedIdentifiers() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsDifferentTableCorrelationNames() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsLikeEscapeClause() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsMultipleResultSets() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsCoreSQLGrammar() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsExtendedSQLGrammar() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsANSI92EntryLevelSQL() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsANSI92IntermediateSQL() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsANSI92FullSQL() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsIntegrityEnhancementFacility() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSchemasInProcedureCalls() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSchemasInIndexDefinitions() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSchemasInPrivilegeDefinitions() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsCatalogsInProcedureCalls() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsCatalogsInIndexDefinitions() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsCatalogsInPrivilegeDefinitions() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsPositionedDelete() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsPositionedUpdate() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSelectForUpdate() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsStoredProcedures() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSubqueriesInQuantifieds() throws SQLException {
    return false;
  }

  @Override
  default boolean doesMaxRowSizeIncludeBlobs() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsDataDefinitionAndDataManipulationTransactions() throws SQLException {
    return false;
  }

  @Override
  default boolean dataDefinitionCausesTransactionCommit() throws SQLException {
    return false;
  }

  @Override
  default boolean dataDefinitionIgnoredInTransactions() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsSavepoints() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsNamedParameters() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsMultipleOpenResults() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsGetGeneratedKeys() throws SQLException {
    return false;
  }

  @Override
  default boolean locatorsUpdateCopy() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsStatementPooling() throws SQLException {
    return false;
  }

  @Override
  default boolean supportsStoredFunctionsUsingCallSyntax() throws SQLException {
    return false;
  }

  @Override
  default boolean autoCommitFailureClosesAllResultSets() throws SQLException {
    return false;
  }

  @Override
  default boolean generatedKeyAlwaysReturned() throws SQLException {
    return false;
  }

  @Override
  default boolean ownUpdatesAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean ownDeletesAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean ownInsertsAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean othersUpdatesAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean othersDeletesAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean othersInsertsAreVisible(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean updatesAreDetected(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean deletesAreDetected(int type) throws SQLException {
    return false;
  }

  @Override
  default boolean insertsAreDetected(int type) throws SQLException {
    return false;
  }
}
