/**
 * The service that this module was loaded from: it is served one folder below the base URL, alone or with the others. Nothing where the
 * module came from somewhere else, such as a disk.
 */
export function defaultEndpoint(): string;
