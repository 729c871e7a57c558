// The module that the bundler makes of the registry: the compilers of all providers, and nothing of their clouds.
declare module 'fairlead:compilers' {
  export const compilers: readonly import('../../../provider/provider.ts').AnyCompiler[];
}
