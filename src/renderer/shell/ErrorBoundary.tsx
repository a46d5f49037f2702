import { Component, type ReactNode } from 'react';

/** What a person sees of a fault in a screen: the rest of the window stays usable. React asks for a class here. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="empty" role="alert">
        <h2>This screen stopped</h2>
        <p>Something unexpected happened while showing it. Your data is untouched.</p>
        <button className="button primary" onClick={() => this.setState({ hasFailed: false })}>
          Show it again
        </button>
      </div>
    );
  }
}
