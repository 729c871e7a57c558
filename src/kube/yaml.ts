// YAML for kubeconfigs. A file of its own, to be loaded lazily: the package is CommonJS, whose names a bundler cannot see
// through a lazy import.
export { parse } from 'yaml';
